import Quantities
import Reports
import Results
import Testing

@Suite struct DistillReportTests {
  @Test func sessionIsDrawnAsRecorded() throws {
    let report = DistillReport(sampleDistillation())
    try expectGolden(report.text(style: Style(colour: false)), "distillation")
    try expectGolden(report.markdown, "distillation-md")
  }

  @Test func emptySessionSaysWhy() {
    var record = sampleDistillation()
    (record.models, record.speculation) = ([], [])
    record.validity = Validity(.interrupted, reasons: ["Ctrl-C"])
    let text = DistillReport(record).text(style: Style(colour: false))
    #expect(text.contains("interrupted: Ctrl-C") && !text.contains("Quality"))
  }

  @Test func hostileNamesStayInTheirCells() {
    var record = sampleDistillation()
    record.corpus.name = "a\u{1B}[31mb\ncolumn"
    record.models[1].quality.tasks[0].name = "x"
    record.speculation[0].draft = "a|b\u{202E}"
    let report = DistillReport(record)
    #expect(!report.text(style: Style(colour: false)).contains("\u{1B}"))
    #expect(report.markdown.contains("a\\|b?"))
    #expect(
      report.text(style: Style(width: 60, colour: false)).split(separator: "\n").allSatisfy { $0.count <= 60 }
    )
  }
}
