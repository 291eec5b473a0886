/// The smallest change that a comparison could have seen.
public enum SmallestEffect {
  /// The change, as a share (0.02 for 2 %), that would have been called slower with the probability `power`
  /// by the rule of sign-test
  /// interval and floor: the interval's lower end, the k-th smallest of `count` log ratios, lies beyond ln(1
  /// + floor) when fewer than k of
  /// them lie below it. `spread` is the standard deviation of the log ratios, which are taken as normal:
  /// `RobustZ.deviation`.
  /// - Returns: nil where so few samples call nothing.
  public static func share(
    count: Int, spread: Double, floor: Double, level: Double = 0.95, power: Double = 0.8
  ) -> Double? {
    precondition(spread >= 0 && floor >= 0 && power > 0 && power < 1, "spread \(spread), floor \(floor)")
    guard count > 0 else { return nil }
    let (k, confidence) = MedianInterval.rank(n: count, level: level)
    guard confidence >= level else { return nil }
    // P(fewer than k of n lie below) = power, solved for the probability of lying below.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let called = BinomialDistribution(trials: count, probability: middle).atMost(k - 1)
      if called > power { low = middle } else { high = middle }
    }
    let margin = max(0, -NormalDistribution.quantile((low + high) / 2)) * spread
    return LogRatio.share(LogRatio.of(share: floor) + margin)
  }
}
