/// Order statistics of raw samples. Pure functions: no clock, no files.
public enum Quantiles {
  /// The `q`-quantile of `sorted` (ascending, not empty) by linear interpolation between order statistics (Hyndman
  /// and Fan 1996, type 7, as NumPy's default).
  public static func quantile(ofSorted sorted: [Double], _ q: Double) -> Double {
    precondition(!sorted.isEmpty && (0...1).contains(q), "a quantile needs samples and 0 ≤ q ≤ 1")
    let position = q * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
  }

  /// The median of `samples`, which must not be empty.
  public static func median(_ samples: [Double]) -> Double { quantile(ofSorted: samples.sorted(), 0.5) }
}
