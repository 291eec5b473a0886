import Foundation
import Reports
import Results
import Testing

/// Each format as recorded, and nothing but what was stored.
@Suite struct PageTests {
  @Test func everyFormatIsAsRecorded() throws {
    let report = Report(try sampleInput())
    try expectGolden(report.html, "report-html")
    try expectGolden(report.markdown, "report-md")
    try expectGolden(report.summary, "report-summary")
    try expectGolden(report.json, "report-json")
    try expectGolden(try #require(report.svg(plot: "roofline.amd-epyc-9654-2c")), "report-svg")
    try expectGolden(Leaderboard(sampleInput()).markdown, "report-leaderboard")
  }

  @Test func anEmptyRunIsAReportToo() throws {
    let machine = ReportInput.Machine(name: "box", runs: [.init(file: "a.json", record: emptyRecord())])
    let report = Report(ReportInput(machines: [machine]))
    try expectGolden(report.markdown, "report-empty")
    #expect(report.html.contains("was not finished") || report.html.contains("interrupted"))
    #expect(report.plotNames.isEmpty && report.svg(plot: "roofline.box") == nil)
    #expect(Leaderboard(ReportInput(machines: [machine])).markdown.hasPrefix("No valid run"))
  }

  /// The first machine by name is not the one that the sentence is about.
  @Test func theHeadlineSpeaksOfOneMachine() throws {
    var input = try sampleInput(), record = try benchRecord()
    record.validity = Validity(.valid)
    let other = ReportInput.Machine(name: "a", runs: [.init(file: "a.json", record: record)])
    #expect(Report(ReportInput(machines: [other])).markdown.contains("beside llama-bench"))
    for index in input.machines.indices {
      let machine = input.machines[index]
      let runs = machine.runs.filter { ($0.record.benches ?? []).isEmpty }
      input.machines[index] = .init(name: machine.name, runs: runs, history: machine.history)
    }
    input.machines.insert(other, at: 0)
    let head = try #require(Report(input).markdown.split(separator: "\n").dropFirst().first)
    #expect(head.contains("tokens per second") && !head.contains("beside"))
  }

  @Test func theOrderOfRunsIsThatOfTheirDates() throws {
    var input = try sampleInput()
    let first = input.machines[0]
    input.machines[0] = .init(name: first.name, runs: first.runs.reversed(), history: first.history)
    #expect(Report(input).html == Report(try sampleInput()).html)
  }

  /// A megabyte is what a page may weigh, whatever is stored.
  @Test func manyHistoriesStayBelowAMegabyte() throws {
    var input = try sampleInput()
    var history = sampleHistory(cases: 1, runs: 210)
    history.series = Array(repeating: history.series[0], count: 300)
    input.machines = input.machines.map { .init(name: $0.name, runs: $0.runs, history: history) }
    let report = Report(input)
    #expect(report.html.utf8.count < 1_000_000, "\(report.html.utf8.count)")
    #expect(report.html.contains("more are not drawn"))
  }

  @Test func aRunThatMustNotBeComparedSaysSo() throws {
    let machine = ReportInput.Machine(
      name: "box", runs: [.init(file: "results/box/a.json", record: try sampleRecord())])
    let text = Report(ReportInput(machines: [machine])).markdown
    #expect(text.contains("a.json is invalid: kernel.softmax"))
  }

  @Test func jsonHoldsTheNumbers() throws {
    struct Page: Decodable {
      struct Section: Decodable { var id: String }
      var title: String, headline: String, sections: [Section]
    }
    let report = Report(try sampleInput())
    let page = try JSONDecoder().decode(Page.self, from: Data(report.json.utf8))
    #expect(
      page.sections.map(\.id) == [
        "compared", "machines", "health", "roofline", "kernels", "models", "energy", "claims", "history",
        "runs",
      ])
    #expect(report.json.contains("{\"value\": 0.309, \"text\": \"0.309\"}"))
  }

  @Test func theHeadlineIsOneSentence() throws {
    let page = Report(try sampleInput()).markdown.split(separator: "\n")
    #expect(page[1].hasSuffix(".") && page[1].count < 500)
  }
}
