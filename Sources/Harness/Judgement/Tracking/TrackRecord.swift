import Quantities

/// What the histories of a machine say; from stored runs, and enough to draw a report from.
public struct TrackRecord: Codable, Hashable, Sendable {
  /// The name of the machine's folder.
  public var machine: String
  /// The CPU as it names itself.
  public var cpu: String
  /// What the histories hang on (`MachineFacts.hardwareKey`); empty where there are no runs.
  public var hardware: String
  public var runs: RunCensus
  /// Why the newest run is none of those that are judged; nil where it is.
  public var newestLeftOut: String?
  public var series: [TrackedSeries]
  /// Series that were judged, and series that have too few points.
  public var judged: Int
  public var tooShort: Int
  /// Changes that one history alone would have shown, and that so many show by chance.
  public var withheld: Int
  /// What could not be read, one line each.
  public var problems: [String]

  public var hasRegression: Bool { series.contains { $0.changes.contains(where: \.isRegression) } }

  private enum CodingKeys: String, CodingKey {
    case newestLeftOut = "newest_left_out"
    case tooShort = "too_short"
    case machine, cpu, hardware, runs, series, judged, withheld, problems
  }
}

/// The history of one way of doing a case, with so many threads, in one suite.
public struct TrackedSeries: Codable, Hashable, Sendable {
  public var suite: String
  public var caseID: String
  public var alternative: String
  public var threads: Int
  /// Seconds per iteration, oldest first: those of today's protocol and inputs since the last blessing, at most as
  /// many as are judged.
  public var history: [Seconds]
  /// How many points more it takes to be judged; nil where it was.
  public var missing: Int?
  /// Earlier points that were measured in another way, or on other inputs.
  public var otherProtocol: Int
  /// In the order of the history.
  public var changes: [TrackedChange]
  /// The last accepted change, with which the history begins.
  public var blessing: TrackedBlessing?

  private enum CodingKeys: String, CodingKey {
    case caseID = "case_id"
    case history = "history_s"
    case missing = "missing_points"
    case otherProtocol = "points_of_other_protocols"
    case suite, alternative, threads, changes, blessing
  }
}

/// A change within a history.
public struct TrackedChange: Codable, Hashable, Sendable {
  public var kind: SeriesFinding.Kind
  public var verdict: Verdict
  /// The levels on both sides; the ends of the line for a drift.
  public var before: Seconds
  public var after: Seconds
  /// How many times the time before.
  public var ratio: Double
  /// The 95 % interval of `ratio`; nil for a drift.
  public var low: Double?
  public var high: Double?
  /// Of as much without a change, corrected for the search and for all histories.
  public var p: Double
  /// The first run of the new level, its commit if it has one, and when it began.
  public var run: String
  public var commit: String?
  public var date: String
  /// The place in the series' `history`.
  public var index: Int
  /// The newest level is no worse than the one before the change.
  public var hasRecovered: Bool

  /// Worse, and still so.
  public var isRegression: Bool { verdict == .slower && !hasRecovered }

  private enum CodingKeys: String, CodingKey {
    case before = "before_s"
    case after = "after_s"
    case hasRecovered = "has_recovered"
    case kind, verdict, ratio, low, high, p, run, commit, date, index
  }
}

/// An accepted change.
public struct TrackedBlessing: Codable, Hashable, Sendable {
  public var commit: String
  public var note: String
}
