/// Single values of a series far above those around them, whatever the series itself does: a step or a drift moves the
/// neighbours, too (Hampel 1974 on a moving window; Pearson 2002, "Outliers in process modeling and identification").
/// Times have no others: a program can be held up, and nothing makes it faster than it is. What lies far below is another
/// mode.
public enum HampelIdentifier {
  /// Values to either side that make up a neighbourhood. Five in a row are the majority of each of their own
  /// neighbourhoods, at the ends of the series, too: they are a level.
  public static let reach = 4

  /// The indices, ascending, of the values that lie more than `threshold` robust deviations above the median of their
  /// neighbourhood, and more than `least`; the deviation is that of all such distances in the series.
  public static func indices(in values: [Double], threshold: Double, least: Double = 0) -> [Int] {
    guard !values.isEmpty else { return [] }
    let distances = values.indices.map { index in
      let around = values[max(0, index - reach)...min(values.count - 1, index + reach)]
      return values[index] - Quantiles.median(Array(around))
    }
    let deviation = RobustZ.deviation(distances)
    return distances.indices.filter { distances[$0] > max(threshold * deviation, least) }
  }
}
