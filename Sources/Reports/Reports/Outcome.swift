import Quantities
import Results

/// What an alternative comes to in a table.
enum Outcome {
  case timed(MedianTime)
  case failed(reason: String)
  case missing(reason: String)
}

extension AlternativeRecord {
  var outcome: Outcome {
    switch status {
    case .timed: time.map(Outcome.timed) ?? .missing(reason: "no sample was taken")
    case .skipped: .missing(reason: reason ?? "skipped, no reason given")
    case .failed: .failed(reason: "stopped: \(reason ?? "no reason given")")
    case .failedCheck: .failed(reason: failedCheck)
    }
  }

  private var failedCheck: String {
    let detail = check.value?.detail ?? ""
    return "\(reason ?? "the check failed")\(detail.isEmpty ? "" : " (\(detail))")"
  }

  /// The error in units of its tolerance; infinite where it was not a finite number, nil without a check.
  var errorInTolerances: Double? {
    guard let check = check.value else { return nil }
    guard let error = check.error.value, let tolerance = check.tolerance.value else { return .infinity }
    return error == 0 ? 0 : error / tolerance
  }
}

extension MedianTime {
  /// Half of the interval's width as a share of the median.
  var relativeHalfWidth: Double { (high - low) / 2 / median }
  /// Whether there is an interval to tell: fewer than six samples make none of 95 % (five: 93.75 %).
  var hasInterval: Bool { confidence >= 0.94 }
  /// Whether the figure rests on fewer than six samples, or is less sure than ±5 %.
  var isRough: Bool { !hasInterval || !(relativeHalfWidth <= 0.05) }

  /// A figure from this time, with the mark of rough ones.
  func rough(_ text: String) -> String { isRough ? "~" + text : text }
}

extension RunRecord {
  /// The peak of that name with the run's thread count, or why there is none.
  func peak(_ name: String) -> Reading<Double> {
    let threads = protocolUsed.threads
    guard let peak = peaks.first(where: { $0.name == name && $0.threads == threads }) else {
      return .missing(reason: "\(name) was not measured with \(NumberText.count(threads, "thread"))")
    }
    return peak.figure.map(\.value)
  }
}

extension RunProtocol {
  /// `2 threads`, `2 threads, pinned`.
  var threadCount: String { NumberText.count(threads, "thread") + (cpus == nil ? "" : ", pinned") }
}
