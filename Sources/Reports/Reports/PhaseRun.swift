import Measurement
import Quantities
import Results

/// One phase of a model on one backend, with the case that holds its samples.
struct PhaseRun {
  let backend: String
  let phase: Phase
  private let record: PhaseRecord?
  private let measured: CaseRecord?
  /// The run's noise floor as a share; nil where it is not known.
  private let floor: Double?

  init(_ backend: BackendRecord, _ phase: Phase, cases: [CaseRecord], floor: Double?) {
    self.floor = floor
    let record = backend.phases.first { $0.phase == phase }
    (self.backend, self.phase, self.record) = (backend.backend, phase, record)
    measured = record.flatMap { record in cases.first { $0.id == record.caseID } }
  }

  var subject: String { "\(backend), \(phase.rawValue)" }

  private var alternative: AlternativeRecord? { measured?.alternatives.first { $0.label == backend } }

  var outcome: Outcome {
    guard let record else { return .missing(reason: "this phase is not in the run") }
    guard let measured else { return .missing(reason: "\(record.caseID) was not reached") }
    guard let alternative else { return .missing(reason: "it took no part in \(measured.id)") }
    return alternative.outcome
  }

  /// Tokens of one iteration and the name of the case.
  var work: String? {
    guard let measured, let tokens = measured.work.tokens else { return nil }
    return "\(Format.fixed(tokens.value, 0)) tokens (\(measured.id))"
  }

  func speed(_ time: MedianTime) -> TokensPerSecond? { measured?.work.tokens.map { $0 / time.median } }

  /// Whether no other backend of the case was faster by more than the noise floor.
  var isBest: Bool {
    guard let measured, let alternative else { return false }
    return alternative.isAmongBest(of: measured.alternatives, floor: floor)
  }

  /// Requests to the heap for one token; nil where nobody counted.
  var allocations: Reading<Double>? { record?.allocationsPerToken }

  /// The time of the backend `scalar` over this one's, in common rounds of one case.
  var gainOverScalar: Double? {
    guard let alternative, alternative.isTimed else { return nil }
    let scalar = measured?.alternatives.first { $0.label == "scalar" && $0.isTimed }
    return scalar?.ratio(over: alternative)?.median
  }

  /// Share of the ceiling.
  var share: Reading<Double> {
    switch roofline {
    case .measured(let roofline): roofline.share
    case .missing(let reason): .missing(reason: reason)
    }
  }

  var roofline: Reading<RooflineRecord> {
    record?.roofline ?? .missing(reason: "this phase is not in the run")
  }
}
