import Quantities

/// Readings of power over time, and the energy between any two moments: the trapezoid rule, with straight lines to where
/// a window begins and ends.
public struct PowerTrace: Sendable, Hashable {
  public struct Point: Sendable, Hashable {
    public var time: Seconds
    public var power: Watts

    public init(_ time: Seconds, _ power: Watts) { (self.time, self.power) = (time, power) }
  }
  /// In the order of time.
  public private(set) var points: [Point] = []

  public init(_ points: [Point] = []) { for point in points { add(point) } }

  /// A second reading of the same moment replaces the first.
  public mutating func add(_ point: Point) {
    var index = points.count
    while index > 0, points[index - 1].time > point.time { index -= 1 }
    if index > 0, points[index - 1].time == point.time {
      points[index - 1] = point
    } else {
      points.insert(point, at: index)
    }
  }

  /// Energy from `start` to `end`, and how many readings lie after `start`, up to `end`.
  /// - Parameter longestGap: a longer time without a reading is an error.
  /// - Throws: `EnergyError` where the readings do not cover the window.
  public func energy(from start: Seconds, to end: Seconds, longestGap: Seconds) throws(EnergyError) -> (
    energy: Joules, readings: Int
  ) {
    guard let first = points.first, let last = points.last, first.time <= start, end <= last.time else {
      throw EnergyError("the readings do not cover the window")
    }
    guard start < end else { throw EnergyError("the window has no length") }
    var joules = 0.0
    for (a, b) in zip(points, points.dropFirst()) where b.time > start && a.time < end {
      guard b.time - a.time <= longestGap else {
        throw EnergyError("no reading for \(Format.significant((b.time - a.time).value)) s")
      }
      let (left, right) = (max(a.time, start), min(b.time, end))
      let middle = (Self.power(a, b, at: left) + Self.power(a, b, at: right)) / 2
      joules += (middle * (right - left)).value
    }
    return (Joules(joules), points.count { start < $0.time && $0.time <= end })
  }

  private static func power(_ a: Point, _ b: Point, at time: Seconds) -> Watts {
    a.power + (b.power - a.power) * ((time - a.time) / (b.time - a.time))
  }
}
