import Foundation
import Reports
import Results
import Testing

@Suite struct TextReportTests {
  private let report = TextReport(style: Style(colour: false))

  @Test func fullReportIsAsRecorded() throws { try expectGolden(report.full(sampleRecord()), "full") }
  @Test func coloursAreAsRecorded() throws {
    try expectGolden(TextReport(style: Style(colour: true)).full(sampleRecord()), "full-colour")
  }
  @Test func interruptedRunIsAsRecorded() throws {
    try expectGolden(report.full(interruptedRecord()), "interrupted")
  }
  @Test func emptyRunIsAsRecorded() throws { try expectGolden(report.full(emptyRecord()), "empty") }
  @Test func narrowReportIsAsRecorded() throws {
    try expectGolden(TextReport(style: Style(width: 80, colour: false)).full(sampleRecord()), "narrow")
  }
}

/// Compares with `Golden/<name>.txt`. With PERWATT_RECORD=1 the file is written anew, and the test fails, so
/// that nobody takes a recording for a check.
func expectGolden(_ text: String, _ name: String) throws {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
  let file = folder.appendingPathComponent("\(name).txt")
  if ProcessInfo.processInfo.environment["PERWATT_RECORD"] == "1" {
    try Data(text.utf8).write(to: file)
    Issue.record("\(name).txt was recorded; look at it, then run the tests without PERWATT_RECORD")
    return
  }
  let golden = try String(contentsOf: file, encoding: .utf8)
  let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false) }
  for (index, (seen, expected)) in zip(lines(text), lines(golden)).enumerated() where seen != expected {
    Issue.record("\(name).txt:\(index + 1)\n  seen:     \(seen)\n  expected: \(expected)")
    return
  }
  #expect(text == golden)
}
