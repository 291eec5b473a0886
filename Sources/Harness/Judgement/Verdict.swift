import Statistics

/// What may be said of two times that were measured in turn.
public enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
  case faster, slower, same, undecided

  /// The verdict on `ratio`, new time over old time. `floor` is the smallest change worth a word, as a share (0.01 for
  /// 1 %): a difference counts only if the whole interval lies beyond it, and a likeness only if the whole interval
  /// lies within it (the two-part rule of Criterion.rs). Everything else is undecided, as is a ratio with a confidence
  /// below `level`.
  public init(ratio: MedianInterval, floor: Double, level: Double = 0.95) {
    self = ratio.confidence < level ? .undecided : Verdict(low: ratio.low, high: ratio.high, floor: floor)
  }

  /// The same from the ends of an interval that is sure enough.
  init(low: Double, high: Double, floor: Double) {
    precondition(floor >= 0, "floor \(floor)")
    let (fast, slow) = (1 / (1 + floor), 1 + floor)
    if low > slow {
      self = .slower
    } else if high < fast {
      self = .faster
    } else {
      self = low >= fast && high <= slow ? .same : .undecided
    }
  }
}
