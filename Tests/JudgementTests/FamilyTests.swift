import Quantities
import Statistics
import Testing

@testable import Judgement

@Suite struct FamilyTests {
  /// Holm's own example of the rule: the smallest p against α/n, the next one against α/(n − 1).
  @Test func levelsStepDown() {
    let levels = Family.levels(of: [0.001, 0.02, 0.014, 0.5], level: 0.95)
    // 0.001 ≤ 0.05/4, 0.014 ≤ 0.05/3, 0.02 ≤ 0.05/2, 0.5 > 0.05.
    let expected = [0.0125, 0.025, 0.05 / 3, 0.05]
    for (level, alpha) in zip(levels, expected) { #expect(abs(1 - level - alpha) < 1e-12) }
  }

  @Test func nothingIsCalledBehindTheFirstThatIsNot() {
    let p = [0.03, 0.02, 0.001]
    let levels = Family.levels(of: p, level: 0.95)
    #expect(levels.map { (1 - $0) * 1000 }.map { ($0 * 100).rounded() / 100 } == [50, 25, 16.67])
    #expect(Multiplicity.holm(p).map { $0 <= 0.05 } == [true, true, true])
    #expect(
      Family.levels(of: [0.03, 0.03, 0.03], level: 0.95).allSatisfy { abs($0 - (1 - 0.05 / 3)) < 1e-12 })
    #expect(Family.levels(of: [], level: 0.95).isEmpty)
  }

  /// A row is called exactly where its adjusted p says so.
  @Test func verdictsAgreeWithAdjustedP() throws {
    var noise = Noise(seed: 2)
    var called = 0
    for _ in 0..<200 {
      let findings = try (0..<6).map { index in
        let shift = noise.normal() * 0.02
        let estimate = try #require(
          RatioEstimate(logRatios: (0..<12).map { _ in shift + 0.02 * noise.normal() }))
        return Finding(id: "\(index)", title: "", label: "", estimate: estimate, floor: 0.005)
      }
      for row in Family.judge(findings, level: 0.95) {
        let isCalled = row.verdict == .slower || row.verdict == .faster
        #expect(isCalled == (row.p! <= 0.05), "\(row)")
        called += isCalled ? 1 : 0
      }
    }
    #expect(called > 100 && called < 1100)
  }

  @Test func theSmallestEffectIsSeenFourTimesInFive() throws {
    var noise = Noise(seed: 4)
    let errors = 20, spread = 0.01
    let effect = try (0..<500).map { _ in
      try #require(RatioEstimate(logRatios: (0..<errors).map { _ in spread * noise.normal() }))
        .smallestEffect(floor: 0.01, level: 0.95)
    }
    let shift = LogRatio.of(share: Quantiles.median(effect))
    let seen = try (0..<1000).count { _ in
      let logs = (0..<errors).map { _ in shift + spread * noise.normal() }
      return Verdict(try #require(RatioEstimate(logRatios: logs)).interval(level: 0.95), floor: 0.01)
        == .slower
    }
    #expect(seen > 740 && seen < 860)
  }

  @Test func intervalsCover() throws {
    var noise = Noise(seed: 6)
    let covered = try (0..<2000).count { _ in
      let logs = (0..<15).map { _ in 0.03 * noise.normal() * (noise.uniform() < 0.1 ? 8 : 1) }
      let interval = try #require(RatioEstimate(logRatios: logs)).interval(level: 0.95)
      return interval.low <= 1 && interval.high >= 1
    }
    #expect(covered >= 1880 && covered <= 1970)
  }

  @Test func withoutSpreadThereIsNoDoubt() throws {
    let equal = try #require(RatioEstimate(logRatios: [0, 0, 0, 0]))
    #expect(equal.p(floor: 0) == 1 && Verdict(equal.interval(level: 0.99), floor: 0) == .same)
    let double = try #require(RatioEstimate([2, 2, 2, 2], over: [1, 1, 1, 1]))
    #expect(double.p(floor: 0.01) == 0 && double.ratio == 2)
    #expect(
      RatioEstimate(logRatios: [1, 1, 1]) == nil && RatioEstimate([1, 1, 1], over: [1, 1, 1, 1]) == nil)
  }
}

extension Sequence {
  fileprivate func count(_ condition: (Element) throws -> Bool) rethrows -> Int {
    try reduce(0) { try condition($1) ? $0 + 1 : $0 }
  }
}
