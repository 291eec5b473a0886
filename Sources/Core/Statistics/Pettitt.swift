#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a series most likely changed its level, and whether it did (Pettitt 1979).
public struct Pettitt: Hashable, Sendable {
  /// The largest |U|, where U is the number of pairs across a split that rise less those that fall.
  public let k: Double
  /// How many values lie before the change; the index of the first one after it.
  public let index: Int
  /// The approximate probability of such a `k` without a change: 2·exp(−6k² ÷ (n³ + n²)), at most 1.
  public let p: Double

  /// The most likely change of `values`, in the order given. Of equally likely ones the first.
  /// - Parameter splits: the counts of values before the change that may be chosen, 1 ..< n; nil for all. `p`
  /// holds for all.
  /// - Returns: nil where there is no split.
  public init?(of values: [Double], splits: [Int]? = nil) {
    let count = values.count
    let ranks = Ranks.shared(values).ranks
    let allowed = splits.map(Set.init)
    var (sum, best, place) = (0.0, -1.0, 0)
    for index in 1..<max(1, count) {
      sum += ranks[index - 1]
      // 2Σr − t(n + 1): each rank counts the values below, so pairs on one side of the split cancel.
      let distance = abs(2 * sum - Double(index * (count + 1)))
      if distance > best, allowed?.contains(index) ?? true { (best, place) = (distance, index) }
    }
    guard place > 0 else { return nil }
    (k, index) = (best, place)
    let n = Double(count)
    p = min(1, 2 * exp(-6 * best * best / (n * n * n + n * n)))
  }
}
