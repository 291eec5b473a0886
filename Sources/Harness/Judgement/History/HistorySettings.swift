/// What a history must show before it is accused of anything.
public struct HistorySettings: Hashable, Sendable {
  /// Fewer points are not judged.
  public var minPoints = 10
  /// Points on each side of a step.
  public var minSide = 5
  /// Largest p of a finding, after all corrections; over many series, the share of false ones among the
  /// findings.
  public var significance = 0.05
  /// The same for drifts of few points, and for steps that are small for their number of points or widely scattered,
  /// unless no point strays far.
  public var strictSignificance = 0.003
  /// With so many points on each side, scattered by less than the relative floor (root mean square), a step of that floor
  /// is not strictly judged; with fewer a larger one, by the square root of their number.
  public var sureSide = 11
  /// Drifts of so many points are not strictly judged.
  public var longDrift = 16
  /// Smallest change, as a share: 0.03 for 3 %.
  public var relativeFloor = 0.03
  /// Smallest change in the unit of the values: one nanosecond for times.
  public var absoluteFloor = 1e-9
  /// Smallest change in median absolute residuals of the series around its levels.
  public var residuals = 2.0
  /// Smallest share of pairs of an earlier and a later point that go the way of the change.
  public var agreement = 0.85
  /// Smallest share of the points of each side that lie nearer to their own level than to the other.
  public var ownLevel = 0.6
  /// Only among so many points single ones are left out because they lie far above their neighbours (`HampelIdentifier`).
  public var fewestForOutliers = 16
  /// So many robust deviations, and the relative floor, are far. Fewer find more outliers, and as many of them where there are none.
  public var outlierDeviations = 4.0
  /// Largest share of points that may be left out so.
  public var mostOutliers = 0.2
  /// So many left-out points of one side of a step that lie among the points of the other side may be outliers; more of them
  /// are a mode of both sides.
  public var mostOutliersAtOtherLevel = 1
  /// Only so many of the newest points are judged; older changes have been judged by then.
  public var window = 200

  public static let `default` = HistorySettings()
  public init() {}
}
