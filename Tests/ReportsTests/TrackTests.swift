import Quantities
import Testing

@testable import Judgement
@testable import Reports

@Suite struct TrackTests {
  private func change(_ verdict: Verdict, ratio: Double, recovered: Bool = false) -> TrackedChange {
    TrackedChange(
      kind: recovered || verdict == .slower ? .step : .drift, verdict: verdict, before: Seconds(1e-3),
      after: Seconds(1e-3 * ratio), ratio: ratio, low: verdict == .slower ? ratio - 0.01 : nil,
      high: verdict == .slower ? ratio + 0.01 : nil, p: 0.001, run: "2026-11-21-3aa7dc81f0-kernels",
      commit: verdict == .slower ? "3aa7dc81f0" : nil, date: "2026-11-21T18:30:00Z", index: 3,
      hasRecovered: recovered)
  }

  private func series(_ id: String, _ changes: [TrackedChange] = [], missing: Int? = nil) -> TrackedSeries {
    TrackedSeries(
      suite: "kernels", caseID: id, alternative: "simd:avx2", threads: 2,
      history: [1, 1.01, 0.99, 1.1, 1.11, 1.1].map { Seconds($0 * 1e-3) }, missing: missing, otherProtocol: 0,
      changes: changes, blessing: nil)
  }

  private func record() -> TrackRecord {
    var runs = RunCensus()
    (runs.judged, runs.dirty, runs.otherHardware, runs.byDate) = (42, 3, 1, 2)
    var accepted = series("kernel.accepted")
    accepted.blessing = TrackedBlessing(commit: "3aa7dc81f0123456", note: "checks \u{1B}[31mbounds")
    let all = [
      accepted, series("kernel.slow", [change(.slower, ratio: 1.098)]), series("kernel.even"),
      series("kernel.back", [change(.slower, ratio: 1.3, recovered: true), change(.faster, ratio: 0.75)]),
      series("kernel.short", missing: 4),
    ]
    return TrackRecord(
      machine: "box-2c", cpu: "Made-up CPU", hardware: "0", runs: runs, newestLeftOut: "it was interrupted",
      series: all, judged: 4, tooShort: 1, withheld: 2, problems: [])
  }

  @Test func changesAreShownWithTheirIntervals() throws {
    let text = TextReport(style: Style(colour: false)).track(record())
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 100 })
    let title = try #require(lines.firstIndex { $0.hasPrefix("kernel.slow · simd:avx2 · t2 · kernels") })
    let slow = lines[title + 1]
    #expect(slow.contains("1.00 ms") && slow.contains("1.10 ms") && slow.contains("+9.8 %"))
    #expect(slow.contains("3aa7dc81f0") && slow.contains("slower") && slow.contains("▁"))
    #expect(text.contains("+8.8 … +10.8 %") && text.contains("recovered") && text.contains("−25.0 %"))
    #expect(
      text.contains("42 runs on Made-up CPU; left out: 3 with uncommitted changes, 1 on other hardware"))
    #expect(text.contains("; 2 stand by their\ndate: git does not know"))
    #expect(text.contains("The newest run is not judged: it was interrupted"))
    #expect(text.contains("accepted at 3aa7dc81f0: checks ?[31mbounds"))
    #expect(
      text.contains("judged 4 of 5, 1 too short (the next one after 4 more runs) · 1 regression · 1 faster"))
    #expect(!text.contains("kernel.even"))
  }

  @Test func allHistoriesAreShownWhereWanted() {
    let text = TextReport(style: Style(width: 60, colour: false)).track(record(), all: true)
    #expect(text.contains("needs…") && text.contains("same"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
  }

  @Test func nothingIsSaidOfNothing() {
    let none = TrackRecord(
      machine: "box-2c", cpu: "", hardware: "", runs: RunCensus(), newestLeftOut: nil, series: [], judged: 0,
      tooShort: 0, withheld: 0, problems: [])
    let text = TextReport(style: Style(colour: false)).track(none)
    #expect(text.contains("0 runs.") && text.contains("judged 0 of 0 · 0 regressions · 0 faster"))
  }

  @Test func aSparklineIsFlatWhereNoiseIs() {
    #expect(Sparkline.text([1, 1.002, 0.999, 1.001]) == "▁▁▁▁")
    #expect(Sparkline.text([1, 1, 2, 2]) == "▁▁██")
    #expect(Sparkline.text((0..<1000).map { 1 + Double($0) }, width: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([.nan, 0]) == "–" && Sparkline.text([3]) == "▁")
  }
}
