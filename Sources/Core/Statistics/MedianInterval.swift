#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The median of some samples with a distribution-free interval.
public struct MedianInterval: Hashable, Codable, Sendable {
  /// The sample median.
  public let median: Double
  /// Bounds of the interval; two of the samples.
  public let low: Double, high: Double
  /// The probability that such an interval covers the true median. At least the level asked for where
  /// there are enough samples (six for 95 %), less where there are not.
  public let confidence: Double
  /// How many samples there were.
  public let count: Int

  /// The sign-test interval `[x₍ₖ₎, x₍ₙ₊₁₋ₖ₎]` with the largest `k` whose coverage 1 − 2·P(B < k) still
  /// reaches `level`, where B is binomial(n, ½); the whole range where none does (Conover 1999, §3.2).
  /// `samples` must not be empty.
  public init(of samples: [Double], level: Double = 0.95) {
    let sorted = samples.sorted()
    let n = sorted.count
    let (k, coverage) = Self.rank(n: n, level: level)
    median = Quantiles.quantile(ofSorted: sorted, 0.5)
    low = sorted[k - 1]
    high = sorted[n - k]
    confidence = coverage
    count = n
  }

  /// The largest k ≤ n/2 whose coverage 1 − 2·P(B ≤ k − 1) reaches `level`, or 1, with that coverage.
  static func rank(n: Int, level: Double) -> (k: Int, coverage: Double) {
    // In logarithms, because 2⁻ⁿ is zero in a Double from n = 1075 on; to base 2, where P(B = 0) is exact.
    var logTerm = -Double(n)
    var tail = exp2(logTerm)
    var k = 1
    while 2 * (k + 1) <= n {
      logTerm += log2(Double(n - k + 1) / Double(k))
      let wider = tail + exp2(logTerm)
      guard 1 - 2 * wider >= level else { break }
      (k, tail) = (k + 1, wider)
    }
    return (k, max(0, 1 - 2 * tail))
  }
}
