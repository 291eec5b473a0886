/// A percentile that is told only where enough samples stand behind it.
public enum Percentile: Hashable, Sendable {
  case value(Double)
  /// So many samples more would make it one.
  case needs(more: Int)

  /// Samples that must be expected beyond a percentile: with none there it is an extreme, with one or two an
  /// accident. Enough for an `upperBound`, too (44 samples for p90, 459 for p99), and a little less than MLPerf
  /// asks for (64, 662).
  public static let beyond = 5

  /// The samples that the percentile `percent`, 1 to 99, takes: ⌈1 ÷ (1 − p)⌉ · 5.
  public static func samplesNeeded(_ percent: Int) -> Int {
    precondition((1...99).contains(percent), "percentile \(percent)")
    return (100 + 99 - percent) / (100 - percent) * beyond
  }

  /// The percentile of `sorted` (ascending), interpolated as `Quantiles` does.
  public init(_ percent: Int, ofSorted sorted: [Double]) {
    let missing = Self.samplesNeeded(percent) - sorted.count
    self =
      missing > 0
      ? .needs(more: missing) : .value(Quantiles.quantile(ofSorted: sorted, Double(percent) / 100))
  }
}
