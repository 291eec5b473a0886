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
      Figure(alternative.samples, over: settled).map { .measured($0) }
      ?? .missing(reason: run.note ?? "no interval was finished")
  }

  private enum CodingKeys: String, CodingKey {
    case caseID = "case_id"
    case duration = "duration_s"
    case ratioToBurst = "ratio_to_burst"
    case label, intervals, time, unsteady, note
  }
}
