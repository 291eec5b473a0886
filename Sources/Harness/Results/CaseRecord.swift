import Measurement
import Quantities
import Statistics

/// A case and what its alternatives took.
public struct CaseRecord: Codable, Hashable, Sendable {
  public var id: String
  public var title: String
  /// The heading under which reports show it.
  public var group: String
  /// The work of one iteration.
  public var work: Work
  public var alternatives: [AlternativeRecord]
  /// The most memory that the process held while the case was measured, operands of all alternatives included; nil in
  /// older records.
  public var peakMemory: Reading<Bytes>?

  public init(_ measured: Case, group: String, results: [AlternativeResult]) {
    (id, title, work, self.group) = (measured.id, measured.title, measured.work, group)
    alternatives = results.map(AlternativeRecord.init)
  }

  private enum CodingKeys: String, CodingKey {
    case peakMemory = "peak_memory_bytes"
    case id, title, group, work, alternatives
  }
}

/// One alternative: its check, its raw samples and their median.
public struct AlternativeRecord: Codable, Hashable, Sendable, SampledInRounds {
  public enum Status: String, Codable, Sendable {
    case timed, skipped, failed
    case failedCheck = "failed_check"
  }

  public var label: String
  public var status: Status
  /// Why it was not timed; nil if it was.
  public var reason: String?
  /// Why there are fewer samples than planned, or fewer iterations in each than the others have, if so.
  public var note: String?
  /// Why its times had not become steady; nil if they had, and in older records.
  public var unsteady: String?
  public var check: Reading<CheckRecord>
  /// Iterations in each sample.
  public var iterations: Int
  /// Seconds per iteration, raw.
  public var samples: [Double]
  public var rounds: [Int]
  /// Indices of samples far from the others (`Outliers`); they count as all others do. Nil in older records.
  public var outliers: [Int]?
  /// Nil where nothing was timed.
  public var time: MedianTime?
  /// Events within all samples together, the reading of the counters included; nil in older records, and for work that
  /// another program does.
  public var counts: EventCounts?

  public var isTimed: Bool { status == .timed }

  public init(_ result: AlternativeResult) {
    switch result.status {
    case .timed: (status, reason) = (.timed, nil)
    case .failedCheck(let why): (status, reason) = (.failedCheck, why)
    case .failed(let why): (status, reason) = (.failed, why)
    case .skipped(let why): (status, reason) = (.skipped, why)
    }
    (label, note, iterations) = (result.label, result.note, result.iterations)
    (samples, rounds, counts) = (result.samples, result.rounds, result.counts)
    (unsteady, outliers) = (result.unsteady, Outliers(of: result.samples).indices)
    check =
      result.check.map { .measured(CheckRecord($0)) }
      ?? .missing(reason: reason ?? "there was no check")
    // The samples of a failure are kept, but no figure is drawn from them.
    time = result.isTimed ? result.interval.map(MedianTime.init) : nil
  }

  private enum CodingKeys: String, CodingKey {
    case samples = "samples_s"
    case label, status, reason, note, unsteady, check, iterations, rounds, outliers, time, counts
  }
}

/// The oracle's figures.
public struct CheckRecord: Codable, Hashable, Sendable {
  public var metric: String
  /// Missing where it was not a finite number.
  public var error: Reading<Double>
  public var tolerance: Reading<Double>
  public var passed: Bool
  public var detail: String

  public init(_ check: CheckResult) {
    (metric, passed, detail) = (check.metric, check.passed, check.detail)
    error = Reading(finite: check.error)
    tolerance = Reading(finite: check.tolerance)
  }
}

extension Reading<Double> {
  /// JSON has no NaN and no infinity; they become missing and say so.
  init(finite number: Double) {
    self = number.isFinite ? .measured(number) : .missing(reason: "not a finite number: \(number)")
  }
}
