#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The normal distribution with mean 0 and deviation 1.
public enum NormalDistribution {
  /// The probability of a value up to `z`.
  public static func cdf(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

  /// The probability of a value at least as far from zero as `z`, on either side.
  public static func twoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

  /// The `z` with `cdf(z) == p`, for 0 < p < 1, by bisection on the lower half, where `cdf` keeps its digits.
  public static func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "probability \(p)")
    guard p <= 0.5 else { return -quantile(1 - p) }
    var (low, high) = (-40.0, 0.0)
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { return middle }
      if cdf(middle) < p { low = middle } else { high = middle }
    }
  }
}
