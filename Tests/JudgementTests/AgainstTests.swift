import Quantities
import Results
import Statistics
import Testing

@testable import Judgement

@Suite struct AgainstTests {
  private func comparison(_ slowdowns: [Double], placement: Double = 0.01, seed: UInt64) -> Comparison {
    var noise = Noise(seed: seed)
    let cases = slowdowns.enumerated().map { index, slowdown in
      againstCase("kernel.\(index)", slowdown: slowdown, placement: placement, &noise)
    }
    return Comparison(session(cases))
  }

  @Test(arguments: [0.003, 0.03]) func equalBuildsAreSeldomAccused(placement: Double) {
    let wrong = (0..<60).reduce(0) { count, seed in
      let found = comparison([1, 1, 1, 1], placement: placement, seed: UInt64(seed))
      return count + (found.count(.slower) + found.count(.faster) > 0 ? 1 : 0)
    }
    // The probability of any wrong call among the four is at most 5 %; of seven or more in sixty, 3 %.
    #expect(wrong <= 6)
  }

  /// What this design is for: all rounds of one process share its bias, so that pairs of rounds are no units.
  @Test func roundsAsUnitsWouldAccuse() {
    let wrong = (0..<40).reduce(0) { count, seed in
      var noise = Noise(seed: UInt64(seed))
      let block = againstCase("kernel", placement: 0.03, blocks: 1, &noise).blocks[0]
      let interval = PairedRatio.interval(block.candidate, over: block.reference)!
      return count + (Verdict(ratio: interval, floor: 0) != .undecided ? 1 : 0)
    }
    #expect(wrong >= 10)
  }

  @Test func threePercentAreFound() {
    let seeds = UInt64(0)..<60
    let found = seeds.map { comparison([1, 1.03, 1, 1], placement: 0.005, seed: $0) }
    #expect(found.count { $0.rows[1].verdict == .slower } >= 57)
    #expect(found.count { $0.rows[1].verdict == .faster } == 0)
    #expect(found.count { run in [0, 2, 3].contains { run.rows[$0].verdict == .slower } } <= 6)
  }

  @Test func whatIsFasterOneWayIsSlowerTheOther() throws {
    var noise = Noise(seed: 7)
    let measured = againstCase("kernel", slowdown: 1.1, &noise)
    var turned = measured
    turned.blocks = measured.blocks.map { AgainstBlock(reference: $0.candidate, candidate: $0.reference) }
    let there = Comparison(session([measured])).rows[0], back = Comparison(session([turned])).rows[0]
    #expect(there.verdict == .slower && back.verdict == .faster)
    let (a, b) = (try #require(there.interval), try #require(back.interval))
    #expect(abs(a.low * b.high - 1) < 1e-12 && abs(a.ratio * b.ratio - 1) < 1e-12)
    #expect(there.reference == back.candidate && abs(there.smallestEffect! - back.smallestEffect!) < 1e-12)
  }

  @Test func quietCasesAreTheSame() {
    var noise = Noise(seed: 3)
    let row = Comparison(session([againstCase("kernel", placement: 0.001, &noise)])).rows[0]
    #expect(row.verdict == .same && row.count == 20)
    // It could have seen little more than the floor.
    #expect(row.smallestEffect! > 0.01 && row.smallestEffect! < 0.03)
  }

  @Test func fewBlocksDecideNothing() {
    var noise = Noise(seed: 1)
    let three = againstCase("a", slowdown: 2, blocks: 3, &noise)
    var broken = againstCase("b", slowdown: 2, &noise)
    broken.reason = "the candidate: the worker was ended by signal 11"
    let found = Comparison(session([three, broken]))
    #expect(found.rows.map(\.verdict) == [.undecided, .undecided] && !found.isJudged && found.mean == nil)
    #expect(found.rows[0].note == "3 whole blocks; 4 are needed" && found.rows[1].note == broken.reason)
    #expect(Comparison(session([])).rows.isEmpty)
  }

  @Test func aSuspicionHasToBeConfirmed() {
    var noise = Noise(seed: 5)
    let slow = againstCase("slow", slowdown: 1.1, &noise),
      chance = againstCase("chance", slowdown: 1.1, &noise)
    let lost = againstCase("lost", slowdown: 1.1, &noise), fast = againstCase("fast", slowdown: 0.8, &noise)
    var record = session([slow, chance, lost, fast])
    #expect(Comparison(record).rows.map(\.verdict) == [.slower, .slower, .slower, .faster])
    record.confirmation = [
      againstCase("slow", slowdown: 1.08, &noise), againstCase("chance", slowdown: 1, &noise),
    ]
    let found = Comparison(record)
    #expect(found.rows.map(\.verdict) == [.slower, .undecided, .undecided, .faster])
    // The figures of the second time, which nobody picked for being large.
    #expect(found.rows[0].interval!.ratio < 1.095)
    #expect(found.rows[0].note?.hasPrefix("confirmed: 1.") == true)
    #expect(found.rows[1].note?.hasPrefix("suspected and not confirmed: 1.") == true)
    #expect(found.rows[2].note == "suspected, and not measured again")
  }

  @Test func othersOnTheMachineDoNotCount() {
    var noise = Noise(seed: 11)
    var measured = againstCase("kernel", placement: 0.002, &noise)
    // In a fifth of its time the candidate is held up by something else.
    for block in measured.blocks.indices {
      for index in measured.blocks[block].candidate.indices where index.isMultiple(of: 5) {
        measured.blocks[block].candidate[index] *= 3
      }
    }
    #expect(Comparison(session([measured])).rows[0].interval!.ratio < 1.03)
  }
}
