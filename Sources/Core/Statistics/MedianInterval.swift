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
    var k = 1
    while 2 * (k + 1) <= n, Self.coverage(n: n, k: k + 1) >= level { k += 1 }
    median = Quantiles.quantile(ofSorted: sorted, 0.5)
    low = sorted[k - 1]
    high = sorted[n - k]
    confidence = Self.coverage(n: n, k: k)
    count = n
  }

  /// Half of the interval's width as a share of the median.
  public var relativeHalfWidth: Double { (high - low) / 2 / median }

  /// 1 − 2·P(B ≤ k − 1) for B binomial(n, ½).
  static func coverage(n: Int, k: Int) -> Double {
    var term = 1.0
    for _ in 0..<n { term /= 2 }
    var tail = 0.0
    for i in 0..<k {
      tail += term
      term *= Double(n - i) / Double(i + 1)
    }
    return max(0, 1 - 2 * tail)
  }
}
