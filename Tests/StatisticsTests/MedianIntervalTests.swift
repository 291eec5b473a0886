import Foundation
import Statistics
import Testing

@Suite struct MedianIntervalTests {
  @Test func usesTheTabulatedRanks() {
    // Conover 1999, table A3 (binomial, p = ½): n = 6 → k = 1 (96.9 %), n = 10 → k = 2 (97.9 %),
    // n = 20 → k = 6 (95.9 %).
    for (n, k, coverage) in [(6, 1, 0.96875), (10, 2, 0.978516), (20, 6, 0.958610)] {
      let interval = MedianInterval(of: (1...n).map(Double.init).shuffled())
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
    let interval = MedianInterval(of: (1...n).map(Double.init))
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
}
