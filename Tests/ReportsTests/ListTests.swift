import Quantities
import Results
import Testing

@testable import Reports

@Suite struct ListTests {
  private func run(_ name: String, dirty: Bool = false, _ validity: Validity = Validity(.valid)) -> RunSummary
  {
    let origin = RunOrigin(
      toolVersion: "1", commit: .measured(Commit(hash: "c", dirty: dirty)), buildConfiguration: "release",
      suite: "run", started: .init(timeIntervalSince1970: 0))
    return RunSummary(
      path: "r/\(name).json", origin: origin, machine: ("h", "CPU"), validity: validity, figures: [])
  }

  @Test func runsStandUnderTheirFolders() {
    let runs = [
      run("a/one"), run("a/two", dirty: true), run("b/three", Validity(.invalid, reasons: ["\u{1B}[2Jhot"])),
    ]
    let text = TextReport(style: Style(width: 60, colour: false)).list(runs)
    let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      rows.filter { !$0.hasPrefix("─") } == [
        "run began cases validity", "one 1970-01-01T00:00 0 valid",
        "two 1970-01-01T00:00 0 uncommitted changes",
        "run began cases validity", "three 1970-01-01T00:00 0 invalid: ?[2Jhot",
      ])
    #expect(
      rows.contains { $0.hasPrefix("── r/a · 2 runs ──") }
        && rows.contains { $0.hasPrefix("── r/b · 1 run ──") })
    #expect(TextReport(style: Style(colour: false)).list([]).hasPrefix("No runs here"))
  }
}
