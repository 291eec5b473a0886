/// Whether a series has a monotonic trend (Mann 1945, Kendall 1975): two-sided, normal approximation with
/// correction for ties and continuity. Good from ten values on.
public struct MannKendall: Hashable, Sendable {
  /// Pairs that rise less pairs that fall.
  public let s: Int
  /// The variance of `s` without a trend.
  public let variance: Double
  /// The probability of an `s` at least as extreme without a trend, if the values are independent.
  public let p: Double
  /// The share of pairs that go the way of the trend, equal ones counting half: ½ without a trend, 1 where every
  /// value lies beyond the one before.
  public let agreement: Double

  /// The trend of `values` in the order given.
  public init(of values: [Double]) {
    let count = values.count
    var s = 0
    for late in values.indices {
      for early in 0..<late {
        s += (values[early] < values[late] ? 1 : 0) - (values[early] > values[late] ? 1 : 0)
      }
    }
    self.s = s
    let n = Double(count)
    variance = (n * (n - 1) * (2 * n + 5) - Self.tieTerm(values.sorted())) / 18
    let distance = Double(max(0, abs(s) - 1))
    p = variance > 0 ? NormalDistribution.twoSided(distance / variance.squareRoot()) : 1
    agreement = count > 1 ? (1 + Double(abs(s)) / (n * (n - 1) / 2)) / 2 : 0.5
  }

  /// Σ t(t − 1)(2t + 5) over groups of t equal values.
  static func tieTerm(_ sorted: [Double]) -> Double {
    var (sum, start) = (0.0, 0)
    while start < sorted.count {
      let end = sorted[start...].firstIndex { $0 != sorted[start] } ?? sorted.count
      let t = Double(end - start)
      sum += t * (t - 1) * (2 * t + 5)
      start = end
    }
    return sum
  }
}
