import Foundation
import Testing

@testable import Statistics

@Suite struct MedianIntervalTests {
  @Test func usesTheTabulatedRanks() {
    // Conover 1999, table A3 (binomial, p = ½): n = 6 → k = 1 (96.9 %), n = 10 → k = 2 (97.9 %),
    // n = 20 → k = 6 (95.9 %).
    for (n, k, coverage) in [(6, 1, 0.96875), (10, 2, 0.978516), (20, 6, 0.958610)] {
      let interval = MedianInterval(of: alternating(n))
      #expect(interval.low == Double(k) && interval.high == Double(n + 1 - k))
      #expect(abs(interval.confidence - coverage) < 1e-6)
    }
  }
  @Test func fewSamplesGiveTheRangeAndSayHowSureItIs() {
    let interval = MedianInterval(of: [3, 1, 2])
    #expect(interval.low == 1 && interval.high == 3 && interval.median == 2)
    #expect(interval.confidence == 0.75)
    #expect(MedianInterval(of: [5]).confidence == 0)
  }
  /// 2⁻ⁿ is zero in a Double from n = 1075 on; the interval must not shrink to a point there.
  @Test(arguments: [1_000, 1_074, 1_076, 5_000, 20_000]) func manySamplesAgreeWithTheNormalLimit(n: Int) {
    let interval = MedianInterval(of: alternating(n))
    let deviation = Double(n).squareRoot() / 2
    // With the continuity correction: P(B ≤ k − 1) ≈ Φ((k − ½ − n/2) / σ), and Φ(−1.959964) = 2.5 %.
    let limit = Double(n) / 2 + 0.5 - 1.959964 * deviation
    #expect(interval.low <= limit + 0.01 && interval.low > limit - 1.01)
    #expect(interval.low + interval.high == Double(n + 1))
    let coverage = erf((Double(n) / 2 + 0.5 - interval.low) / deviation / 2.0.squareRoot())
    #expect(abs(interval.confidence - coverage) < 1e-4 && interval.confidence >= 0.95)
  }
  @Test func coversTheTrueMedianAsOftenAsItSays() {
    var random = SeededGenerator(seed: 7)
    let runs = 4000
    let hits = (0..<runs).count { _ in
      let interval = MedianInterval(of: (0..<11).map { _ in Double(random.symmetric()) })
      return interval.low <= 0 && 0 <= interval.high
    }
    let claimed = MedianInterval(of: (0..<11).map(Double.init)).confidence
    let standardError = (claimed * (1 - claimed) / Double(runs)).squareRoot()
    #expect(abs(Double(hits) / Double(runs) - claimed) < 4 * standardError)
  }

  /// 1 … n, one of the upper half after each of the lower half: nothing resembles its neighbour.
  private func alternating(_ n: Int) -> [Double] {
    (0..<n).map { Double($0.isMultiple(of: 2) ? $0 / 2 + 1 : n - $0 / 2) }
  }

  @Test func resemblingNeighboursWidenIt() {
    let n = 24
    // Three of each side in turn: 16 of 23 neighbours are alike, 7 are not.
    func runs(of length: Int) -> [Double] {
      (0..<n).map { Double(($0 / length).isMultiple(of: 2) ? 1 + $0 : n + $0) }
    }
    #expect(MedianInterval.inflation(runs(of: 1)) == 1)
    let inflation = MedianInterval.inflation(runs(of: 3))
    #expect(abs(inflation - (24.0 + 9) / (24 - 9)) < 1e-12)
    // 12.5 − 1.96·√(24·2.2)/2 = 5.38.
    #expect(MedianInterval.rank(n: n, level: 0.95).k == 7)
    let (k, coverage) = MedianInterval.rank(n: n, level: 0.95, inflation: inflation)
    #expect(k == 5 && abs(coverage - erf(7.5 / (52.8.squareRoot() / 2) / 2.0.squareRoot())) < 1e-12)
    let interval = MedianInterval(of: runs(of: 3)), sorted = runs(of: 3).sorted()
    #expect(interval.low == sorted[4] && interval.high == sorted[19] && interval.confidence == coverage)
    // Never narrower than with independent samples, nor surer.
    for n in 12...80 {
      let (free, slight) = (
        MedianInterval.rank(n: n, level: 0.95), MedianInterval.rank(n: n, level: 0.95, inflation: 1.01)
      )
      #expect(slight.k <= free.k && slight.coverage <= free.coverage && slight.coverage >= 0.95)
    }
  }

  @Test func aDriftLeavesNoSureInterval() {
    let drift = MedianInterval(of: (1...30).map(Double.init))
    #expect(drift.low == 1 && drift.high == 30 && drift.confidence < 0.95 && drift.confidence > 0.5)
    #expect(MedianInterval(of: [Double](repeating: 5, count: 30)).confidence >= 0.95)
    #expect(MedianInterval.inflation((1...11).map(Double.init)) == 1)
  }
}
