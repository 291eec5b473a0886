/// A change in a history.
public struct SeriesFinding: Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    /// From one level to another.
    case step
    /// Slowly, over a stretch.
    case drift
  }

  public var kind: Kind
  /// The point, among those of the series as given, with which the new level or the drift begins.
  public var index: Int
  /// Medians of the stretches before and after a step; ends of the line through a drift.
  public var before: Double, after: Double
  /// How many times the value before: the median over all pairs of a later and an earlier point; for a drift
  /// `after / before`.
  public var ratio: Double
  /// The probability of as much without a change, corrected for the search within the series, and in a
  /// `HistoryJudgement` for all series.
  public var p: Double
  /// `slower` where values grew, `faster` where they fell; never anything else.
  public var verdict: Verdict
  /// The newest level is back within the floor of `before`, or better.
  public var hasRecovered: Bool

  /// Worse, and still so.
  public var isRegression: Bool { verdict == .slower && !hasRecovered }
}

/// What may be said of one history.
public struct SeriesJudgement: Hashable, Sendable {
  public enum Status: Hashable, Sendable {
    case judged
    /// So many points more would make it one.
    case tooShort(needs: Int)
  }

  public var status: Status
  /// In the order of the history; empty where nothing changed.
  public var findings: [SeriesFinding]
  /// Points that were judged.
  public var points: Int
  /// Points that were left out because they are invalid, and because their conditions are others than the
  /// newest one's.
  public var invalid: Int, otherConditions: Int
  /// Points that were left out because they lie far above those around them (`HampelIdentifier`).
  public var outliers: Int
  /// The probability of a split or trend like the most significant one of the whole history without a change;
  /// 1 where it was not judged.
  public var p: Double
}

/// How many histories could be judged. An empty one is no pass.
public struct HistoryCensus: Hashable, Sendable, CustomStringConvertible {
  public var judged: Int, tooShort: Int

  public var total: Int { judged + tooShort }
  /// `judged 37 of 40, 3 too short`.
  public var description: String {
    "judged \(judged) of \(total)" + (tooShort > 0 ? ", \(tooShort) too short" : "")
  }
}

/// What may be said of many histories.
public struct HistoryJudgement: Hashable, Sendable {
  public struct Series: Hashable, Sendable {
    public var id: String
    /// With the findings that are left after correction for all series.
    public var judgement: SeriesJudgement
  }

  /// In the order given.
  public var series: [Series]
  public var census: HistoryCensus
  /// Findings that one series alone would have shown, and that so many series show by chance.
  public var withheld: Int

  /// Whether any series became worse and still is.
  public var hasRegression: Bool { series.contains { $0.judgement.findings.contains(where: \.isRegression) } }
}
