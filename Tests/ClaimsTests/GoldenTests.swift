import Claims
import Foundation
import Testing

/// The findings of fixed evidence, word for word. `PERWATT_RECORD=1 swift test` writes the files anew and
/// fails that run, so that a recording is never taken for a pass.
@Suite struct GoldenTests {
  @Test(arguments: [("complete", Evidence.sample), ("empty", .none)])
  func findings(name: String, evidence: Evidence) throws {
    let text = ClaimsLedger.judge(evidence).map(render).joined(separator: "\n")
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/findings-\(name).txt")
    if ProcessInfo.processInfo.environment["PERWATT_RECORD"] == "1" {
      try Data(text.utf8).write(to: file)
      Issue.record(
        "recorded \(file.lastPathComponent); read the difference, then test without PERWATT_RECORD")
      return
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  private func render(_ finding: Finding) -> String {
    let head = [
      "\(finding.claimID): \(finding.statement)", "(\(finding.source))", "measured: \(finding.measured)",
      "formula: \(finding.formula)",
      "today: \(finding.today.value?.text ?? "– (\(finding.today.reason ?? ""))")",
      "published: \(finding.published)",
    ]
    let body =
      ["\(finding.verdict.rawValue.uppercased()): \(finding.why)"] + finding.arithmetic.map { "  \($0)" }
    let foot = finding.references.map { "    \($0.figure): \($0.source)" }
    return (head + body + foot).joined(separator: "\n") + "\n"
  }
}
