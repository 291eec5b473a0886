/// Whether the median of differences is zero: how many lie above and how many below, two-sided and exact (Conover
/// 1999, §3.4). Needs no symmetry.
public struct SignTest: Hashable, Sendable {
  public let positive: Int, negative: Int
  /// The probability of a split at least as uneven if the median is zero; 1 where all differences are zero.
  public let p: Double

  /// Differences of zero are left out.
  public init(of differences: [Double]) {
    positive = differences.count { $0 > 0 }
    negative = differences.count { $0 < 0 }
    p = min(1, 2 * BinomialDistribution(trials: positive + negative).atMost(min(positive, negative)))
  }
}
