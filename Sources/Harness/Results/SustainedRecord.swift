import Measurement
import Quantities
import Statistics

/// A case's fastest alternative running without pause, beside its burst figure.
public struct SustainedRecord: Codable, Hashable, Sendable {
  /// The case whose samples are the burst.
  public var caseID: String
  public var label: String
  /// What was asked for.
  public var duration: Seconds
  public var intervals: [SustainedInterval]
  /// Time per iteration over the later half of the intervals; nil without any.
  public var time: MedianTime?
  /// Sustained speed over burst speed, 0.9 where a tenth is lost.
  public var ratioToBurst: Reading<Figure>
  /// Why the later half is no steady state; nil if it is.
  public var unsteady: String?
  /// Why it ended early; nil if it did not.
  public var note: String?

  public init(_ run: SustainedRun, of alternative: AlternativeRecord, caseID: String, duration: Seconds) {
    (self.caseID, label, self.duration) = (caseID, alternative.label, duration)
    (intervals, note, unsteady) = (run.intervals, run.note, run.problem)
    let settled = run.settled
    time = settled.isEmpty ? nil : MedianTime(MedianInterval(of: settled))
    ratioToBurst =
      Self.speedRatio(burst: alternative.samples, sustained: settled).map { .measured($0) }
      ?? .missing(reason: run.note ?? "no interval was finished")
  }

  /// Sustained speed over burst speed; nil without figures. Both are seconds per iteration.
  ///
  /// The two were not measured in turn, so that nothing pairs: the bounds are quotients of bounds, each at half of an
  /// error of 5 %, so that together they hold at 95 % or more where there are samples enough (Bonferroni).
  static func speedRatio(burst: [Double], sustained: [Double]) -> Figure? {
    guard !burst.isEmpty, !sustained.isEmpty else { return nil }
    let fast = MedianInterval(of: burst, level: 0.975)
    let slow = MedianInterval(of: sustained, level: 0.975)
    return Figure(
      value: fast.median / slow.median, low: fast.low / slow.high, high: fast.high / slow.low,
      confidence: max(0, fast.confidence + slow.confidence - 1))
  }

  private enum CodingKeys: String, CodingKey {
    case caseID = "case_id"
    case duration = "duration_s"
    case ratioToBurst = "ratio_to_burst"
    case label, intervals, time, unsteady, note
  }
}
