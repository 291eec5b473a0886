import Quantities
import Results

/// The models that two sides ran, one beside the other, where no case is the same: a GPU beside a board. A ratio stands
/// only where batch, format of the weights and lengths agree; joules are set side by side and never divided.
public struct SideBySide: Codable, Hashable, Sendable {
  /// One phase of one model, on both sides.
  public struct Block: Codable, Hashable, Sendable {
    public var model: String
    public var phase: Phase
    /// The reference's first; each the fastest of its side under its conditions.
    public var rows: [Row]
  }

  public struct Row: Codable, Hashable, Sendable {
    public var machine: String
    public var backend: String
    public var conditions: PhaseConditions
    /// Tokens per second of all sequences together.
    public var speed: Figure
    /// Why it is missing, where it is.
    public var energy: Reading<EnergyFigure>
    /// The speed as a multiple of the reference's under the same conditions; nil for the reference's own rows.
    public var ratio: Reading<Figure>?
  }

  public var reference: String, candidate: String
  public var blocks: [Block]

  /// Nil where the two have no phase of a model in common. Only synthetic weights count: of a file nothing says that it is
  /// the same one.
  ///
  /// - Parameter names: how reports call the two.
  public init?(
    _ candidate: RunRecord, over reference: RunRecord, names: (reference: String, candidate: String)
  ) {
    let (old, new) = (reference.fastestPhases, candidate.fastestPhases)
    (self.reference, self.candidate) = names
    var seen: Set<String> = []
    blocks = old.compactMap { first in
      guard seen.insert(first.name).inserted else { return nil }
      let mine = new.filter { $0.name == first.name }
      let theirs = old.filter { $0.name == first.name }
      guard !mine.isEmpty else { return nil }
      let rows = theirs.map { Row($0, ratio: nil) } + mine.map { Row($0, ratio: $0.ratio(over: theirs)) }
      return Block(model: first.model, phase: first.phase, rows: rows)
    }
    if blocks.isEmpty { return nil }
  }
}

/// Under which conditions tokens of a model were read or produced. Speeds are divided only where all of them agree.
public struct PhaseConditions: Codable, Hashable, Sendable {
  /// Sequences at once.
  public var batch: Int
  /// Of the weights: `f32`, `bf16`.
  public var format: String
  /// `p64`: tokens of the prompt; `d64`: the context at which decoding starts.
  public var length: String

  /// What differs, in a few words: `batch 64 vs 1, bf16 vs f32`; nil where all agree.
  func difference(from other: PhaseConditions) -> String? {
    let parts = [
      batch == other.batch ? nil : "batch \(batch) vs \(other.batch)",
      format == other.format ? nil : "\(format) vs \(other.format)",
      length == other.length ? nil : "\(length) vs \(other.length)",
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

/// One phase with its samples.
private struct MeasuredPhase {
  var model: String, shape: [String?]
  var phase: Phase
  var machine: String, backend: String
  var conditions: PhaseConditions
  /// Tokens of an iteration, and the seconds of each sample's.
  var tokens: Double
  var samples: [Double]
  var time: MedianTime
  var energy: Reading<EnergyFigure>

  /// Equal for the same phase of the same shape.
  var name: String { ([model, phase.rawValue] + shape.map { $0 ?? "" }).joined(separator: " ") }
  var rate: Double { tokens / time.median.value }

  /// The speed over that of the one among `others` that ran under the same conditions.
  func ratio(over others: [MeasuredPhase]) -> Reading<Figure> {
    guard let same = others.first(where: { $0.conditions == conditions }),
      let times = Figure(same.samples, over: samples)
    else {
      let reasons = others.compactMap { conditions.difference(from: $0.conditions) }
      return .missing(reason: "not comparable: \(reasons.min { $0.count < $1.count } ?? "no samples")")
    }
    let tokens = tokens / same.tokens
    return .measured(
      Figure(
        value: times.value * tokens, low: times.low * tokens, high: times.high * tokens,
        confidence: times.confidence))
  }
}

extension SideBySide.Row {
  fileprivate init(_ measured: MeasuredPhase, ratio: Reading<Figure>?) {
    (machine, backend, conditions) = (measured.machine, measured.backend, measured.conditions)
    let (tokens, time) = (measured.tokens, measured.time)
    speed = Figure(
      value: measured.rate, low: tokens / time.high.value, high: tokens / time.low.value,
      confidence: time.confidence)
    (energy, self.ratio) = (measured.energy, ratio)
  }
}

extension RunRecord {
  /// For each model, phase and set of conditions the fastest backend, in the order of the record.
  fileprivate var fastestPhases: [MeasuredPhase] {
    var fastest: [MeasuredPhase] = []
    for model in models where model.source == .synthetic {
      for backend in model.backends {
        for found in backend.phases.compactMap({ phase($0, of: backend, model) }) {
          let known = fastest.firstIndex { $0.name == found.name && $0.conditions == found.conditions }
          guard let known else {
            fastest.append(found)
            continue
          }
          if found.rate > fastest[known].rate { fastest[known] = found }
        }
      }
    }
    return fastest
  }

  private func phase(_ phase: PhaseRecord, of backend: BackendRecord, _ model: ModelRecord) -> MeasuredPhase?
  {
    guard let measured = cases.first(where: { $0.id == phase.caseID }), let tokens = measured.work.tokens,
      let alternative = measured.alternatives.first(where: { $0.label == backend.backend }),
      let time = alternative.time
    else { return nil }
    let metered = energy.first {
      $0.model == model.name && $0.backend == backend.backend && $0.phase == phase.phase
    }
    return MeasuredPhase(
      model: model.name, shape: Self.shapeKeys.map { model.config[$0] }, phase: phase.phase,
      machine: machine.key, backend: backend.backend,
      conditions: PhaseConditions(
        batch: backend.batch ?? 1, format: model.config["weights"] ?? "format not known",
        length: phase.caseID.split(separator: ".").last.map(String.init) ?? ""),
      tokens: tokens.value, samples: alternative.samples, time: time,
      energy: metered?.energy ?? .missing(reason: "no energy in this run"))
  }

  /// What makes two models of one name the same work.
  private static let shapeKeys = ["width", "layers", "heads", "kv_heads", "head_dim", "ffn", "vocabulary"]
}
