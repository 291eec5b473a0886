/// A mean without the tails of the samples, with its standard error: nearly as sharp as the mean where the noise is
/// normal, and unmoved by a few wild samples (Yuen 1974, "The two-sample trimmed t for unequal population variances").
public struct TrimmedMean: Hashable, Sendable {
  public let mean: Double
  public let standardError: Double
  /// Degrees of freedom of the t distribution that (mean − truth) ÷ standardError follows.
  public let degrees: Double

  /// The share that is cut off at each end (Wilcox 2012, §3.3).
  public static let share = 0.2

  /// Without the `share` smallest and largest of `samples`; nil for fewer than two samples.
  public init?(_ samples: [Double], share: Double = Self.share) {
    precondition((0..<0.5).contains(share), "share \(share)")
    guard samples.count > 1 else { return nil }
    let sorted = samples.sorted()
    let n = sorted.count
    let cut = Int(share * Double(n))
    let kept = Double(n - 2 * cut)
    mean = sorted[cut..<(n - cut)].reduce(0, +) / kept
    // Winsorised: what was cut off counts as its nearest neighbour that was kept.
    let pulled = sorted.map { min(max($0, sorted[cut]), sorted[n - 1 - cut]) }
    let center = pulled.reduce(0, +) / Double(n)
    let squares = pulled.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    standardError = (squares / (kept * (kept - 1))).squareRoot()
    degrees = kept - 1
  }

  init(mean: Double, standardError: Double, degrees: Double) {
    (self.mean, self.standardError, self.degrees) = (mean, standardError, degrees)
  }

  /// How much larger `a` is than `b`, for independent samples: degrees of freedom by Welch and Satterthwaite.
  public static func - (a: TrimmedMean, b: TrimmedMean) -> TrimmedMean { sum([a, b], weights: [1, -1]) }

  /// The mean of independent means.
  public static func mean(of means: [TrimmedMean]) -> TrimmedMean? {
    means.isEmpty
      ? nil : sum(means, weights: means.map { _ in 1 / Double(means.count) })
  }

  private static func sum(_ terms: [TrimmedMean], weights: [Double]) -> TrimmedMean {
    let weighted = zip(terms, weights)
    let variances = weighted.map { $0.standardError * $0.standardError * $1 * $1 }
    let variance = variances.reduce(0, +)
    let parts = zip(terms, variances).reduce(0) { $0 + $1.1 * $1.1 / $1.0.degrees }
    return TrimmedMean(
      mean: weighted.reduce(0) { $0 + $1.0.mean * $1.1 }, standardError: variance.squareRoot(),
      degrees: parts > 0 ? variance * variance / parts : terms.map(\.degrees).min() ?? 1)
  }
}
