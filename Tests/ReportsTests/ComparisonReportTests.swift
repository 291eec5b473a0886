import Quantities
import Reports
import Testing

@testable import Judgement

@Suite struct ComparisonReportTests {
  private func row(
    _ title: String, _ interval: RatioInterval?, _ verdict: Verdict, note: String? = nil, id: String? = nil
  ) -> ComparedRow {
    ComparedRow(
      id: id ?? "kernel.\(title)", title: title, label: "simd:avx2",
      reference: interval.map { _ in Seconds(1e-3) },
      candidate: interval.map { Seconds(1e-3 * $0.ratio) }, interval: interval, verdict: verdict, floor: 0.01,
      p: interval.map { _ in 0.01 }, smallestEffect: interval.map { $0.high - $0.low }, count: 20, note: note)
  }

  private func comparison(rows: [ComparedRow]) -> Comparison {
    Comparison(
      reference: "main (0123456789)", candidate: "here\u{1B}[31m", basis: "both builds in turn", level: 0.95,
      rows: rows, mean: rows.isEmpty ? nil : RatioInterval(ratio: 1.01, low: 0.99, high: 1.03, level: 0.95),
      differences: rows.isEmpty ? [] : ["CPU: A → B"], notes: rows.isEmpty ? [] : ["2 only in main"])
  }

  @Test func everyVerdictIsDrawnAsRecorded() throws {
    let rows = [
      row(
        "GEMM 512×512×512", RatioInterval(ratio: 1.05, low: 1.03, high: 1.07, level: 0.9875), .slower,
        note: "confirmed"),
      row("softmax", RatioInterval(ratio: 0.8, low: 0.78, high: 0.82, level: 0.983), .faster),
      row("RMSNorm", RatioInterval(ratio: 1, low: 0.995, high: 1.004, level: 0.975), .same),
      row(
        "a kernel with a name that is far too long for a column of this table, and then some more",
        RatioInterval(ratio: 1.02, low: 0.9, high: 1.2, level: 0.95), .undecided),
      row("RoPE", nil, .undecided, note: "the candidate: the worker was ended by signal 11"),
    ]
    try expectGolden(ComparisonReport(style: Style(colour: false)).text(comparison(rows: rows)), "comparison")
    try expectGolden(
      ComparisonReport(style: Style(width: 72, colour: true)).text(comparison(rows: rows)),
      "comparison-narrow-colour")
  }

  /// As rows of llama-bench have: one test of many models.
  @Test func rowsOfOneTitleGoByTheirIDs() {
    let rows = ["pp512.a.t1", "pp512.b.t2"].map { row("pp512", nil, .undecided, id: $0) }
    let table = ComparisonReport(style: Style(colour: false)).text(
      comparison(rows: rows + [row("softmax", nil, .undecided)]))
    for name in ["pp512.a.t1", "pp512.b.t2", "softmax"] { #expect(table.contains("\n\(name) ")) }
  }

  @Test func longNamesStayInTheirLine() {
    var long = comparison(rows: [])
    long.reference = String(repeating: "2026-11-21-a-run, ", count: 20)
    let lines = ComparisonReport(style: Style(colour: false)).text(long).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
  }

  @Test func nothingComparedIsDrawnToo() {
    let text = ComparisonReport(style: Style(colour: false)).text(comparison(rows: []))
    #expect(text.contains("0 faster, 0 slower, 0 same, 0 undecided") && !text.contains("\u{1B}"))
  }
}
