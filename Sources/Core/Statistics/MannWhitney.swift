/// Whether one of two independent samples tends to larger values: the two-sided rank-sum test of Mann and Whitney
/// (1947).
public struct MannWhitney: Hashable, Sendable {
  /// Pairs in which the value of the first sample is the larger one; equal values count half.
  public let u: Double
  /// All pairs.
  public let pairs: Int
  /// The probability of a `u` at least as extreme if both samples come from one distribution.
  public let p: Double
  /// Whether `p` is exact; else from the normal approximation with correction for ties and continuity.
  public let isExact: Bool

  /// Up to so many pairs `p` is exact, if no values are equal; beyond, the approximation errs on the careful side.
  public static let exactPairs = 400

  /// The share of pairs in which the value of the first sample is the larger one.
  public var share: Double { u / Double(pairs) }

  /// Neither sample may be empty.
  public init(_ first: [Double], _ second: [Double]) {
    precondition(!first.isEmpty && !second.isEmpty, "a rank-sum test needs two samples")
    let (m, n) = (Double(first.count), Double(second.count))
    let (ranks, ties) = Ranks.shared(first + second)
    u = ranks.prefix(first.count).reduce(0, +) - m * (m + 1) / 2
    pairs = first.count * second.count
    isExact = ties == 0 && pairs <= Self.exactPairs
    let larger = max(u, m * n - u)
    if isExact {
      p = Self.exact(atLeast: Int(larger), first.count, second.count)
    } else {
      let total = m + n
      let variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
      let distance = max(0, larger - m * n / 2 - 0.5)
      p = variance > 0 ? NormalDistribution.twoSided(distance / variance.squareRoot()) : 1
    }
  }

  /// 2·P(U ≥ u), at most 1, by counting the arrangements of m and n values: c(m, n, u) = c(m − 1, n, u − n) + c(m,
  /// n − 1, u).
  private static func exact(atLeast u: Int, _ m: Int, _ n: Int) -> Double {
    let width = m * n + 1
    var counts = [[Double]](repeating: [1] + [Double](repeating: 0, count: width - 1), count: n + 1)
    for _ in 0..<m {
      for j in 1...n {
        var next = counts[j - 1]
        for value in j..<width { next[value] += counts[j][value - j] }
        counts[j] = next
      }
    }
    return min(1, 2 * counts[n][u...].reduce(0, +) / counts[n].reduce(0, +))
  }
}
