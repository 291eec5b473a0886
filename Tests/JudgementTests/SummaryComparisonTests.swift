import FileTrees
import Foundation
import Machine
import Quantities
import Results
import Testing

@testable import Judgement

/// Sets of runs are compared by their summaries, and as they are when they are read whole.
@Suite struct SummaryComparisonTests {
  private let tree: FileTree
  private var store: ResultsStore { ResultsStore(folder: tree.folder) }

  init() throws { tree = try FileTree() }

  private func run(_ level: Double, seed: UInt64, cases: [String] = ["a", "b"], commit: String = "aaaa")
    throws
    -> RunRecord
  {
    var noise = Noise(seed: seed)
    return storedRun(
      try cases.map { id in
        let times = (0..<9).map { _ in noise.time(level, spread: 0.01, isBusy: false) }
        return try storedCase(id, [("simd", times), ("scalar", times.map { 5 * $0 })])
      }, commit: commit)
  }

  private func summary(_ run: RunRecord) throws -> ComparedRun {
    ComparedRun(try RunSummary(reading: try store.begin(run).path))
  }

  @Test func summariesGiveTheComparisonOfWholeRuns() throws {
    let old = try (0..<4).map { try run(1e-3, seed: $0) }
    let new = try (0..<5).map { try run(1.2e-3, seed: 50 + $0, commit: "bbbb") }
    let whole = try Comparison(RunSide(name: "new", runs: new), over: RunSide(name: "old", runs: old))
    let sides = (
      RunSide(name: "new", runs: try new.map(summary)), RunSide(name: "old", runs: try old.map(summary))
    )
    #expect(sides.0.runsThatNeedSamples.isEmpty && sides.1.runsThatNeedSamples.isEmpty)
    #expect(try Comparison(sides.0, over: sides.1) == whole)
    #expect(whole.rows.map(\.verdict) == [.slower, .slower, .slower, .slower])
    #expect(whole.differences == ["Commit: aaaa → bbbb"])
  }

  /// A case that only two of four runs have is compared by its samples.
  @Test func rareCasesNeedTheirSamples() throws {
    let runs = try (0..<4).map { try run(1e-3, seed: $0, cases: $0 < 2 ? ["a", "rare"] : ["a"]) }
    var side = RunSide(name: "set", runs: try runs.map(summary))
    #expect(side.runsThatNeedSamples == [0, 1])
    for index in side.runsThatNeedSamples { side.runs[index] = ComparedRun(runs[index]) }
    #expect(side.runsThatNeedSamples.isEmpty)
    let found = try Comparison(side, over: side)
    #expect(
      found == (try Comparison(RunSide(name: "set", runs: runs), over: RunSide(name: "set", runs: runs))))
    #expect(found.rows.map(\.count) == [4, 4, 18, 18])
    #expect(found.basis.hasPrefix("2 of 4 cases: each run is one figure"))
  }

  /// A single run has samples, a set beside it has runs: one does not count for more than the other knows.
  @Test func oneRunBesideASetIsJudgedCarefully() throws {
    let set = RunSide(name: "set", runs: try (0..<6).map { try summary(run(1e-3, seed: $0)) })
    let one = RunSide(name: "one", runs: [ComparedRun(try run(1.06e-3, seed: 99))])
    let found = try Comparison(one, over: set)
    #expect(found.rows.allSatisfy { $0.count == 6 && $0.floor == Comparison.driftBetweenRuns })
    #expect(found.rows.allSatisfy { $0.verdict == .same || $0.verdict == .undecided })
    #expect(try Comparison(set, over: one).rows.map(\.count) == found.rows.map(\.count))
  }

  @Test func manyDifferencesAreCounted() throws {
    let set = RunSide(name: "set", runs: try (0..<9).map { try run(1e-3, seed: $0, commit: "c\($0)") })
    let one = RunSide(name: "one", runs: try (0..<3).map { try run(1e-3, seed: $0, commit: "d\($0)") })
    #expect(
      try Comparison(set, over: one).differences == ["Commit: d0, d1, d2 → c0, c1, c2 and 6 more"])
  }
}
