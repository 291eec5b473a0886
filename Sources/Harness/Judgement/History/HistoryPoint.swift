/// One stored result of a case, as the judge of histories sees it.
public struct HistoryPoint: Hashable, Sendable {
  /// What messages call it: a run's ID.
  public var id: String
  /// The place of its commit among the commits, by first parents and never by time. Results of one commit
  /// share it; no step is found between them.
  public var order: Int
  /// The figure, in any unit, where less is better: seconds per iteration, joules per token. One that is not
  /// positive and finite is left out.
  public var value: Double
  /// The figure's own interval; nil where there is none.
  public var interval: ClosedRange<Double>?
  /// All that must be alike for two values to be comparable: machine key, protocol, inputs. Only the points
  /// that are like the newest valid one in this are judged, wherever the others lie.
  public var conditions: String
  /// Why the point must not be judged (`throttled`); nil where nothing speaks against it.
  public var invalid: String?
  /// The level that begins here was accepted: nothing before the last such point is judged.
  public var isBlessed: Bool

  public init(
    id: String, order: Int, value: Double, interval: ClosedRange<Double>? = nil, conditions: String = ""
  ) {
    (self.id, self.order, self.value, self.interval) = (id, order, value, interval)
    (self.conditions, invalid, isBlessed) = (conditions, nil, false)
  }
}

/// The history of one figure of one case.
public struct HistorySeries: Hashable, Sendable {
  /// What messages call it: a case and an alternative.
  public var id: String
  /// In any order; points with the same `order` in that of their runs.
  public var points: [HistoryPoint]

  public init(id: String, points: [HistoryPoint]) { (self.id, self.points) = (id, points) }
}
