import Foundation
import Testing

@testable import Statistics

@Suite struct MedianIntervalTests {
  @Test func ranksAreTheTabulatedOnes() {
    // Conover 1999, table A3 (binomial, p = ½): n = 10 → k = 2 (97.9 %), n = 20 → k = 6 (95.9 %) and 7 (88.5 %).
    for (n, level, k) in [(20, 0.9586, 6), (20, 0.9587, 5), (20, 0.8846, 7)] {
      #expect(MedianRank(n: n, level: level).k == k)
    }
    let rank = MedianRank(n: 20, level: 0.95)
    let share = (0.958610 - 0.95) / (0.958610 - 0.884682)
    #expect(rank.k == 6 && abs(rank.inward - 14 * share / (6 + 8 * share)) < 1e-4)
    #expect(rank.confidence == 0.95)
  }

  /// In an order in which nothing resembles its neighbour.
  @Test func boundsAreSciPys() throws {
    for row in try Oracle.shared.get().medianIntervals {
      let n = row.x.count
      let interval = MedianInterval(of: (0..<n).map { row.x[$0.isMultiple(of: 2) ? $0 / 2 : n - 1 - $0 / 2] })
      #expect(agree(interval.low, row.low) && agree(interval.high, row.high), "\(n)")
      #expect(interval.confidence == 0.95)
    }
  }

  /// By 0.39 of the distance to the next one, by the same formula; half of a time is left at least.
  @Test func sixSamplesReachBeyondThemselves() {
    let interval = MedianInterval(of: [10, 11, 12, 13, 14, 16])
    #expect(interval.confidence == 0.95)
    #expect(abs(interval.low - (10 - 0.3 / 0.76)) < 1e-9 && abs(interval.high - (16 + 2 * 0.3 / 0.76)) < 1e-9)
    #expect(MedianInterval(of: [1, 9, 9, 9, 9, 9]).low == 0.5)
    #expect(MedianInterval(of: [-1, 9, 9, 9, 9, 9]).low < -1)
    #expect(agree(MedianInterval(of: [1, 2, 3, 4, 5, 6], level: 0.99).confidence, 0.96875))
  }
  @Test func fewSamplesGiveTheRangeAndSayHowSureItIs() {
    let interval = MedianInterval(of: [3, 1, 2])
    #expect(interval.low == 1 && interval.high == 3 && interval.median == 2)
    #expect(agree(interval.confidence, 0.75))
    #expect(MedianInterval(of: [5]).confidence == 0)
  }
  /// 2⁻ⁿ is zero in a Double from n = 1075 on; the interval must not shrink to a point there.
  @Test(arguments: [1_000, 1_074, 1_076, 5_000, 20_000]) func manySamplesAgreeWithTheNormalLimit(n: Int) {
    let interval = MedianInterval(of: alternating(n))
    let deviation = Double(n).squareRoot() / 2
    // With the continuity correction: P(B ≤ k − 1) ≈ Φ((k − ½ − n/2) / σ), and Φ(−1.959964) = 2.5 %.
    let limit = Double(n) / 2 + 0.5 - 1.959964 * deviation
    #expect(abs(interval.low - limit) < 0.5 && interval.confidence == 0.95)
    #expect(abs(interval.low + interval.high - Double(n + 1)) < 1e-9)
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
    // r = (16 − 7) / 24, which is (24r + 1) / 21 without its bias.
    #expect(abs(inflation - (21.0 + 10) / (21 - 10)) < 1e-12)
    // 12.5 − 1.96·√(24·31/11)/2 = 4.44.
    #expect(MedianRank(n: n, level: 0.95).k == 7)
    let rank = MedianRank(n: n, level: 0.95, inflation: inflation)
    #expect(rank.k == 4 && rank.confidence == 0.95 && rank.inward > 0.4 && rank.inward < 1)
    let interval = MedianInterval(of: runs(of: 3)), sorted = runs(of: 3).sorted()
    #expect(interval.low == sorted[3] + rank.inward * (sorted[4] - sorted[3]))
    #expect(interval.high == sorted[20] - rank.inward * (sorted[20] - sorted[19]))
    // Never narrower than with independent samples, nor surer.
    for n in 12...80 {
      let (free, slight) = (
        MedianRank(n: n, level: 0.95), MedianRank(n: n, level: 0.95, inflation: 1.01)
      )
      #expect(Double(slight.k) + slight.inward <= Double(free.k) + free.inward && slight.confidence == 0.95)
    }
  }

  @Test func aDriftLeavesNoSureInterval() {
    let drift = MedianInterval(of: (1...30).map(Double.init))
    #expect(drift.low == 1 && drift.high == 30 && drift.confidence < 0.95 && drift.confidence > 0.5)
    #expect(MedianInterval(of: [Double](repeating: 5, count: 30)).confidence >= 0.95)
    #expect(MedianInterval.inflation((1...11).map(Double.init)) == 1)
  }
}
