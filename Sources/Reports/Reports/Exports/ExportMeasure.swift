/// What is told about one alternative of a case. The raw values are names that other programs store figures under, and
/// never change.
public enum ExportMeasure: String, CaseIterable, Sendable {
  /// Time per iteration.
  case time = "latency"
  case tokensPerSecond = "tokens-per-second"
  case flopsPerSecond = "flops-per-second"
  case bytesPerSecond = "bytes-per-second"
  case joulesPerToken = "joules-per-token"
  case firstToken = "time-to-first-token"
  case tokenP50 = "token-time-p50"
  case tokenP90 = "token-time-p90"
  case tokenP99 = "token-time-p99"
  /// The deviation from the oracle in units of its tolerance; above 1 is wrong.
  case checkError = "check-error"

  /// The unit of `ExportFigure.value`.
  public var unit: String {
    switch self {
    case .time, .firstToken, .tokenP50, .tokenP90, .tokenP99: "s"
    case .tokensPerSecond: "tok/s"
    case .flopsPerSecond: "FLOP/s"
    case .bytesPerSecond: "B/s"
    case .joulesPerToken: "J/tok"
    case .checkError: "tolerances"
    }
  }

  var isTime: Bool { unit == "s" }
  var isRate: Bool { [.tokensPerSecond, .flopsPerSecond, .bytesPerSecond].contains(self) }

  /// A percentile of the time of a generated token.
  static func tokenTime(_ percent: Int) -> ExportMeasure? { Self(rawValue: "token-time-p\(percent)") }
}

/// A figure in the unit of its measure; low and high where an interval is known.
public struct ExportFigure: Hashable, Sendable {
  public let measure: ExportMeasure
  public let value: Double
  public let low: Double?
  public let high: Double?
  /// How sure the interval is, 0…1; nil where it is the range of assumptions.
  public let confidence: Double?

  /// Nil for what is not a finite number: no format has a place for it.
  init?(
    _ measure: ExportMeasure, _ value: Double, interval: ClosedRange<Double>? = nil, confidence: Double? = nil
  ) {
    guard value.isFinite else { return nil }
    let bounds = interval.flatMap { $0.contains(value) && $0.upperBound.isFinite ? $0 : nil }
    (self.measure, self.value, self.confidence) = (measure, value, bounds == nil ? nil : confidence)
    (low, high) = (bounds?.lowerBound, bounds?.upperBound)
  }
}
