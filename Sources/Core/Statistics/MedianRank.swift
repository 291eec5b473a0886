#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where in the sorted samples the bounds of the median's interval lie: between the k-th from either end and the next one
/// inward. Whole ranks alone would have 93 % or 99 % where 95 % are wished (Hettmansperger and Sheather 1986, "Confidence
/// intervals based on interpolated order statistics").
struct MedianRank: Hashable {
  /// 1 for the outermost sample.
  let k: Int
  /// The bound's place on the way to the next sample inward, as a share of it: 0 … 1, or below 0, beyond the outermost one.
  let inward: Double
  /// The probability that the interval covers the median: the level wished, or less where the samples do not suffice.
  let confidence: Double

  /// From so many samples on their dependence on each other is estimated.
  static let fewestForDependence = 12
  /// What fewer samples leave of the error: the interval then has 98 % instead of 95 % where they are independent, and
  /// still 93 % at an autocorrelation of 0.3.
  private static let errorOfFew = 0.4

  /// - Parameter inflation: how many times larger the variance of the number of samples above the median is than with
  /// independent ones.
  init(n: Int, level: Double, inflation: Double = 1) {
    let few = n < Self.fewestForDependence
    let free = Self(
      n: n, wished: few ? 1 - Self.errorOfFew * (1 - level) : level, least: level
    ) { k in Self.coverage(n, k) }
    guard inflation > 1 else {
      self = free
      return
    }
    let (middle, deviation) = (Double(n + 1) / 2, (Double(n) * inflation).squareRoot() / 2)
    let spread = Self(n: n, wished: level, least: level) { k in
      1 - NormalDistribution.twoSided((middle - Double(k)) / deviation)
    }
    // Dependence never makes it narrower.
    self = spread.position < free.position || spread.confidence < free.confidence ? spread : free
  }

  /// - Parameters:
  ///   - wished: the coverage aimed at; where even the outermost samples have less, the bounds lie beyond them, but not
  ///     where they have less than `least`.
  ///   - coverage: that of the interval between the k-th samples from both ends; falls with k.
  private init(n: Int, wished: Double, least: Double, coverage: (Int) -> Double) {
    var (k, tooFar) = (1, n / 2 + 1)
    while k + 1 < tooFar {
      let middle = (k + tooFar) / 2
      if coverage(middle) >= wished { k = middle } else { tooFar = middle }
    }
    let outer = coverage(k), inner = 2 * (k + 1) <= n + 1 ? coverage(k + 1) : 0
    self.k = k
    guard outer >= least, outer > inner else {
      (inward, confidence) = (0, max(0, min(outer, least)))
      return
    }
    // How far the wished coverage lies from the outer one's towards the inner one's.
    let share = (outer - wished) / (outer - inner)
    inward = Double(n - k) * share / (Double(k) + Double(n - 2 * k) * share)
    confidence = least
  }

  /// The rank of the bounds from either end, with its fraction.
  var position: Double { Double(k) + inward }

  /// P(k ≤ B ≤ n − k), where B is binomial(n, ½).
  private static func coverage(_ n: Int, _ k: Int) -> Double {
    1 - 2 * BinomialDistribution(trials: n).atMost(k - 1)
  }
}
