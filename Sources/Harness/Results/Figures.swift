import Quantities
import Statistics

/// A median time per iteration with its interval.
public struct MedianTime: Codable, Hashable, Sendable {
  public var median: Seconds
  public var low: Seconds
  public var high: Seconds
  /// How sure the interval is; below 0.95 where there were fewer than six samples.
  public var confidence: Double

  public init(_ interval: MedianInterval) {
    (median, low, high) = (Seconds(interval.median), Seconds(interval.low), Seconds(interval.high))
    confidence = interval.confidence
  }

  private enum CodingKeys: String, CodingKey {
    case median = "median_s"
    case low = "low_s"
    case high = "high_s"
    case confidence
  }
}

/// A measured number with its interval; the unit stands beside it.
public struct Figure: Codable, Hashable, Sendable {
  public var value: Double
  public var low: Double
  public var high: Double
  public var confidence: Double

  public init(value: Double, low: Double, high: Double, confidence: Double) {
    (self.value, self.low, self.high, self.confidence) = (value, low, high, confidence)
  }

  public init(_ interval: MedianInterval) {
    self.init(
      value: interval.median, low: interval.low, high: interval.high, confidence: interval.confidence)
  }
}

extension Figure {
  /// The median of some samples over that of others that nothing pairs with them; nil where either are none.
  ///
  /// The bounds are quotients of bounds, each at half of an error of 5 %, so that together they hold at 95 % or more where
  /// there are samples enough (Bonferroni).
  public init?(_ samples: [Double], over others: [Double]) {
    guard !samples.isEmpty, !others.isEmpty else { return nil }
    let above = MedianInterval(of: samples, level: 0.975)
    let below = MedianInterval(of: others, level: 0.975)
    self.init(
      value: above.median / below.median, low: above.low / below.high, high: above.high / below.low,
      confidence: max(0, above.confidence + below.confidence - 1))
  }
}

/// What the machine can do at best with so many threads: FLOP/s, memory bandwidth. The value is what the
/// fastest tenth of the samples reached, because noise only slows down; the interval is the median's, and says how
/// steady the machine was.
public struct PeakRecord: Codable, Hashable, Sendable {
  public var name: String
  public var threads: Int
  public var unit: String
  public var figure: Reading<Figure>

  public init(name: String, threads: Int, unit: String, figure: Reading<Figure>) {
    (self.name, self.threads, self.unit, self.figure) = (name, threads, unit, figure)
  }
}
