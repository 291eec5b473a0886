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
  /// The probability that such an interval covers the true median. At least the level asked for where there are
  /// enough samples (six for 95 %), less where there are not.
  public let confidence: Double
  /// How many samples there were.
  public let count: Int

  /// The sign-test interval `[x₍ₖ₎, x₍ₙ₊₁₋ₖ₎]` with the largest `k` whose coverage 1 − 2·P(B < k) still reaches
  /// `level`, where B is binomial(n, ½); the whole range where none does (Conover 1999, §3.2). From twelve samples
  /// on it reaches further where a sample resembles the one before it (`inflation`). Without that, at an
  /// autocorrelation of 0.3, it would cover the median in 90 % of cases instead of 95 %. `samples`, in the order in
  /// which they were taken, must not be empty.
  public init(of samples: [Double], level: Double = 0.95) {
    let sorted = samples.sorted()
    let n = sorted.count
    let (k, coverage) = Self.rank(n: n, level: level, inflation: Self.inflation(samples))
    median = Quantiles.quantile(ofSorted: sorted, 0.5)
    low = sorted[k - 1]
    high = sorted[n - k]
    confidence = coverage
    count = n
  }

  /// Fewer samples cannot tell how much they depend on each other.
  static let fewestForDependence = 12

  /// How many times larger the variance of the number of samples above the median is than with independent samples:
  /// (1 + r) / (1 − r), where r is the lag-1 autocorrelation of their sides of the median (as for a first-order
  /// autoregression; Priestley 1981, §5.3.2). Never below 1.
  static func inflation(_ samples: [Double]) -> Double {
    guard samples.count >= fewestForDependence else { return 1 }
    let median = Quantiles.median(samples)
    let sides = samples.map { $0 > median ? 1.0 : $0 < median ? -1 : 0 }
    let squares = sides.reduce(0) { $0 + $1 * $1 }
    let products = zip(sides, sides.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    return products > 0 ? (squares + products) / (squares - products) : 1
  }

  /// The `k` of the interval, and its coverage; by the normal approximation of B where its variance is inflated.
  static func rank(n: Int, level: Double, inflation: Double = 1) -> (k: Int, coverage: Double) {
    let independent = independentRank(n: n, level: level)
    guard inflation > 1 else { return independent }
    let (middle, deviation) = (Double(n + 1) / 2, (Double(n) * inflation).squareRoot() / 2)
    let wished = (middle - NormalDistribution.quantile((1 + level) / 2) * deviation).rounded(.down)
    let k = min(independent.k, max(1, Int(wished)))
    let coverage = 1 - NormalDistribution.twoSided((middle - Double(k)) / deviation)
    return (k, min(coverage, independent.coverage))
  }

  /// The largest k ≤ n/2 whose coverage 1 − 2·P(B ≤ k − 1) reaches `level`, or 1, with that coverage.
  private static func independentRank(n: Int, level: Double) -> (k: Int, coverage: Double) {
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
