/// The smallest change that a comparison could have seen.
public enum SmallestEffect {
  /// The change, as a share (0.02 for 2 %), that would have been called slower with the probability `power`:
  /// if the whole interval of the log ratios' median lay beyond ln(1 + floor). Its lower end lies between two of
  /// the `count` sorted ones, as an order statistic of fractional rank would (Hutson 1999, "Calculating
  /// nonparametric confidence intervals for quantiles using fractional order statistics"). `spread` is their
  /// standard deviation; they are taken as normal.
  /// - Returns: nil where so few samples call nothing.
  public static func share(
    count: Int, spread: Double, floor: Double, level: Double = 0.95, power: Double = 0.8
  ) -> Double? {
    precondition(spread >= 0 && floor >= 0 && power > 0 && power < 1, "spread \(spread), floor \(floor)")
    guard count > 0 else { return nil }
    let rank = MedianRank(n: count, level: level)
    guard rank.confidence >= level else { return nil }
    return share(rank: rank, of: count, spread: spread, floor: floor, power: power)
  }

  /// The same for measured log ratios, in the order in which they were taken: their number, robust deviation and
  /// dependence on each other. With twenty, `power` is nearer 70 % than 80 %, because their deviation is known to a
  /// quarter only. Nil also where they are too alike one after the other for any interval.
  public static func share(
    ofLogRatios logs: [Double], floor: Double, level: Double = 0.95, power: Double = 0.8
  ) -> Double? {
    precondition(floor >= 0 && power > 0 && power < 1, "floor \(floor), power \(power)")
    guard !logs.isEmpty else { return nil }
    let inflation = MedianInterval.inflation(logs)
    let rank = MedianRank(n: logs.count, level: level, inflation: inflation)
    guard rank.confidence >= level else { return nil }
    return share(
      rank: rank, of: logs.count, spread: RobustZ.deviation(logs), floor: floor, power: power)
  }

  private static func share(rank: MedianRank, of count: Int, spread: Double, floor: Double, power: Double)
    -> Double
  {
    // P(the one of that rank lies above) = power, solved for the probability of lying below.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let called = IncompleteBeta.regularised(1 - middle, Double(count + 1) - rank.position, rank.position)
      if called > power { low = middle } else { high = middle }
    }
    let margin = max(0, -NormalDistribution.quantile((low + high) / 2)) * spread
    return LogRatio.share(LogRatio.of(share: floor) + margin)
  }
}
