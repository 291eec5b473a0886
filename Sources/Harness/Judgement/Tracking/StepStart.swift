import Statistics

/// Where a level begins.
enum StepStart {
  /// The split of `stretch` that leaves the least sum of distances from the medians of its two sides. Pettitt's
  /// statistic says whether there is a step; where, it says with a pull towards the middle.
  /// - Parameters:
  ///   - index: the split that was found, inside `stretch`; the earliest of equally good ones counts, this one before.
  ///   - isAllowed: whether a level may begin at a point.
  static func index(
    in values: [Double], _ stretch: Range<Int>, near index: Int, isAllowed: (Int) -> Bool
  ) -> Int {
    func cost(_ split: Int) -> Double {
      residual(values[stretch.lowerBound..<split]) + residual(values[split..<stretch.upperBound])
    }
    var (best, least) = (index, cost(index))
    for split in stretch.dropFirst() where isAllowed(split) {
      let own = cost(split)
      if own < least { (best, least) = (split, own) }
    }
    return best
  }

  private static func residual(_ side: ArraySlice<Double>) -> Double {
    let level = Quantiles.median(Array(side))
    return side.reduce(0) { $0 + abs($1 - level) }
  }
}
