import Foundation
import Measurement
import Quantities
import Results
import Statistics
import Testing

@testable import Reports

@Suite struct TrustTests {
  private let report = TextReport(style: Style(colour: false), showsCounts: true)

  private func joined(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func isAsRecorded() throws {
    let record = try trustRecord()
    try expectGolden(report.kernels(record) + "\n" + report.transformer(record), "trust")
  }
  @Test func countsAreShownOnlyWhereAsked() throws {
    let record = try trustRecord()
    let plain = TextReport(style: Style(colour: false))
    for text in [plain.kernels(record), plain.transformer(record), plain.full(record)] {
      #expect(!text.contains("Counts beside the times"))
    }
    #expect(report.full(record).components(separatedBy: "Counts beside the times").count == 3)
    #expect(report.kernels(try sampleRecord()).contains("Counts beside the times"))
    #expect(joined(report.kernels(try sampleRecord())).hasSuffix("none in this run"))
  }

  /// A row of two, the second one slower by `ratio`.
  private func standing(_ ratio: Double, noise: Double = 0, floor: Double?, count: Int = 12) throws
    -> Standing?
  {
    let row = try caseRecord(
      "k", "k", Work(), [timed("a", 1, noise: 0), timed("b", ratio, noise: noise, count: count)])
    return Standing(row.alternatives[1], in: row.alternatives, floor: floor)
  }

  @Test func nobodyWinsWithinTheNoiseFloor() throws {
    #expect(try standing(1.01, floor: 0.012) == .same)
    #expect(try standing(1.013, floor: 0.012) == .slower)
    #expect(try standing(1.2, floor: 0) == .slower)
    #expect(try standing(1.013, noise: 0.01, floor: 0.012) == .undecided)
    // Three pairs are too few for a word, unless all of them say more than any noise does.
    #expect(try standing(1.2, floor: 0.012, count: 3) == .undecided)
    #expect(try standing(1.6, floor: 0.012, count: 3) == .slower)
    #expect(try standing(1.6, floor: 0.7, count: 3) == .undecided)
    #expect(try standing(1.2, floor: nil) == nil)
    #expect(try standing(0.9, floor: 0.012) == .best)
  }
  @Test func aFailedAlternativeStandsNowhere() throws {
    let row = try caseRecord(
      "k", "k", Work(),
      [timed("a", 1), result("b", .failedCheck(reason: "wrong"), error: 7), timed("c", 1, noise: 0)])
    #expect(Standing(row.alternatives[1], in: row.alternatives, floor: 0.01) == nil)
    #expect(row.alternatives[1].isAmongBest(of: row.alternatives, floor: 0.01) == false)
  }
  @Test func ratiosWithinTheFloorAreCalledSame() {
    #expect(Standing.best.text("1.00×") == "1.00×" && Standing.slower.text("1.04×") == "1.04×")
    #expect(Standing.same.text("1.01×") == "same" && Standing.undecided.text("1.04×") == "1.04?")
  }
  @Test func theTableMarksAllThatAreAsGoodAsTheBest() throws {
    var record = emptyRecord()
    record.cases = [
      try caseRecord(
        "kernel.a", "A", Work(flops: FLOPs(1e9)),
        [timed("x", 0.01, noise: 0), timed("y", 0.01005, noise: 0), timed("z", 0.012, noise: 0)])
    ]
    let coloured = TextReport(style: Style(colour: true))
    func green(_ record: RunRecord) -> Int {
      coloured.kernels(record).components(separatedBy: "\u{1B}[32m").count - 1
    }
    #expect(green(record) == 2)  // two lines of the best one
    record.controls = [try control(of: record.cases[0], label: "x", noise: 0.01)]
    #expect(green(record) == 4)
    let text = report.kernels(record)
    #expect(text.contains("·  same"))
    #expect(text.contains("1.20×") && !text.contains("1.01"))
  }

  @Test func theFloorIsTheFartherEndOfTheInterval() throws {
    let subject = try caseRecord("k", "k", Work(), [timed("a", 1)])
    func floor(_ ratios: [Double]) throws -> Double? {
      let rounds = Array(ratios.indices)
      let sides = [ratios.map { _ in 1.0 }, ratios].enumerated().map { side, samples in
        AlternativeResult.sample(Case.controlLabels[side], samples: samples, rounds: rounds)
      }
      let measured = try caseRecord("control.k", "k", Work(), group: "control", sides)
      return ControlRecord(measured, of: subject, label: "a").floor
    }
    // Of six ratios, the outer two alike, the interval is the range.
    #expect(abs(try #require(try floor([0.98, 0.98, 1, 1, 1.01, 1.01])) - (1 / 0.98 - 1)) < 1e-12)
    #expect(abs(try #require(try floor([0.995, 0.995, 1, 1, 1.01, 1.01])) - 0.01) < 1e-12)
    // A bias shows, too.
    #expect(abs(try #require(try floor([1.02, 1.02, 1.02, 1.02, 1.02, 1.02])) - 0.02) < 1e-12)
    #expect(try floor([1, 1, 1, 1, 1]) == nil)
  }
  @Test func aControlThatFailedSaysWhy() throws {
    let subject = try caseRecord("k", "k", Work(), [timed("a", 1)])
    let sides = Case.controlLabels.map { result($0, .failed(reason: "out of memory")) }
    let measured = try caseRecord("control.k", "k", Work(), group: "control", sides)
    let found = ControlRecord(measured, of: subject, label: "a")
    #expect(found.floor == nil && found.ratio == .missing(reason: "out of memory") && found.pairs == 0)
    var record = emptyRecord()
    (record.cases, record.controls) = ([subject], [found])
    record.cases[0].group = "kernel"
    #expect(
      joined(report.kernels(record)).contains("Noise floor unknown: a on k against itself: out of memory"))
  }
  /// What no run writes, but a damaged file may hold.
  @Test func absurdNumbersCrashNothing() throws {
    var record = try trustRecord()
    record.controls?[0].ratio = .measured(Figure(value: 0, low: 2, high: 0.5, confidence: 2))
    #expect(record.controls?[0].floor == 0)
    record.controls?[1].ratio = .measured(Figure(value: 0, low: -1e308, high: 1e308, confidence: -1))
    record.sustained?[0].intervals[0].condition.clock = .measured(1e308)
    record.sustained?[1].ratioToBurst = .measured(Figure(value: -1e308, low: 0, high: 0, confidence: 1))
    record.sustained?[2].duration = Seconds(1e308)
    record.cases[0].alternatives[0].iterations = 0
    record.cases[0].alternatives[1].samples = []
    record.cases[0].peakMemory = .measured(Bytes(-5))
    record.peakMemory = .measured(Bytes(0))
    #expect(!report.full(record).isEmpty)
  }
  @Test func formatsAloneHaveTheirFloor() throws {
    var record = try trustRecord()
    record.cases.removeAll { ["kernel", "sweep", "threads"].contains($0.group) }
    #expect(report.kernels(record).components(separatedBy: "Noise floor").count == 2)
  }
  @Test func aGroupWithoutAControlTakesTheFirst() throws {
    let record = try trustRecord()
    #expect(
      record.control(for: "kernel")?.group == "kernel" && record.control(for: "model")?.group == "model")
    #expect(record.control(for: "formats") == record.controls?.first)
    #expect(try sampleRecord().control(for: "kernel") == nil)
  }

  /// Records from before there were controls and counts.
  @Test func storedRunsPrintWithoutThem() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../results")
    let files = try ResultsStore(folder: folder.path).list()
    #expect(files.count >= 6)
    for file in files {
      let record = try ResultsStore.load(file)
      let text = TextReport(style: Style(colour: false)).full(record)
      guard record.controls == nil else { continue }
      #expect(!text.contains("Noise floor") && !text.contains("·  same"), "\(file)")
      #expect(!text.contains("Sustained ·") && !text.contains("allocations per decoded token"), "\(file)")
    }
  }
}
