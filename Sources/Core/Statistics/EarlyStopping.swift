/// How far up a percentile may lie, from samples alone: an order statistic (MLPerf's early stopping, LoadGen's
/// `early_stopping.cc`).
public enum EarlyStopping {
  /// How sure MLPerf wants to be.
  public static let confidence = 0.99

  /// The smallest rank (from 1) whose sample lies at or above the percentile `percent` with at least `confidence`:
  /// the smallest k with P(B ≥ k) ≤ 1 − confidence, where B is binomial(count, percent/100). Nil where not even the
  /// largest sample does.
  ///
  /// LoadGen reports the sample one rank higher, because it counts the reported one as over the limit.
  public static func rank(_ percent: Int, count: Int, confidence: Double = confidence) -> Int? {
    precondition((1...99).contains(percent) && (0..<1).contains(confidence), "percentile \(percent)")
    let below = BinomialDistribution(trials: count, probability: Double(percent) / 100)
    guard below.atLeast(count) <= 1 - confidence, count > 0 else { return nil }
    var (low, high) = (0, count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if below.atLeast(middle) <= 1 - confidence { high = middle } else { low = middle }
    }
    return high
  }

  /// The fewest samples with an upper bound: 44 for the 90th percentile, 459 for the 99th, at 99 %.
  public static func samplesNeeded(_ percent: Int, confidence: Double = confidence) -> Int {
    var count = 1
    while rank(percent, count: count, confidence: confidence) == nil { count += 1 }
    return count
  }
}

extension Percentile {
  /// What the percentile `percent` of all that could have been measured does not exceed, with at least
  /// `confidence`, or how many more samples that takes. Wherever the percentile itself is told, so is this.
  public static func upperBound(
    _ percent: Int, ofSorted sorted: [Double], confidence: Double = EarlyStopping.confidence
  ) -> Percentile {
    guard let rank = EarlyStopping.rank(percent, count: sorted.count, confidence: confidence) else {
      return .needs(
        more: EarlyStopping.samplesNeeded(percent, confidence: confidence) - sorted.count)
    }
    return .value(sorted[rank - 1])
  }
}
