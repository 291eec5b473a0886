import Quantities

/// One model of a distillation session: how it came to be, how good it is, what it costs.
public struct TrainedModelRecord: Codable, Hashable, Sendable {
  public enum Role: String, Codable, Sendable, CaseIterable {
    case teacher
    /// Learned from the corpus alone.
    case labels
    /// Learned the same tokens with its teacher's help.
    case distilled
    /// Learned from the corpus alone, as many more tokens as the teacher's help costs operations.
    case equalFLOPs = "labels-equal-flops"
  }

  /// `teacher`, `w64.labels.s1`.
  public var id: String
  public var role: Role
  /// `w64`: one of the settings' sizes; `teacher`.
  public var size: String
  public var seed: UInt64
  /// `fresh`, `pruned`, or the file's name.
  public var start: String
  /// Letters of the shape, as in `width`.
  public var shape: [String: Int]
  public var parameters: Int
  /// Of weights, for one token at batch 1, in the format in which it was measured.
  public var bytesPerToken: Bytes
  public var flopsPerToken: FLOPs
  /// Missing where it was trained elsewhere.
  public var training: Reading<TrainingRecord>
  public var quality: QualityRecord
  /// Missing where only others of its size were timed.
  public var speed: Reading<ModelSpeed>

  public init(
    id: String, role: Role, size: String, seed: UInt64, start: String, quality: QualityRecord
  ) {
    (self.id, self.role, self.size, self.seed, self.start) = (id, role, size, seed, start)
    self.quality = quality
    (shape, parameters, bytesPerToken, flopsPerToken) = ([:], 0, .zero, .zero)
    training = .missing(reason: "trained elsewhere")
    speed = .missing(reason: "not timed")
  }

  private enum CodingKeys: String, CodingKey {
    case bytesPerToken = "bytes_per_token"
    case flopsPerToken = "flop_per_token"
    case id, role, size, seed, start, shape, parameters, training, quality, speed
  }
}

/// What a training took.
public struct TrainingRecord: Codable, Hashable, Sendable {
  public var tokens: Int
  /// Evaluations in between not included.
  public var time: Seconds
  /// 6 × parameters at work × tokens, and the teacher's passes beside it.
  public var flops: FLOPs, teacherFLOPs: FLOPs
  public var energy: Reading<EnergyTotal>
  /// Held-out cross-entropy while it learned; the last point is the end's.
  public var curve: [CurvePoint]

  public init(tokens: Int, time: Seconds, flops: FLOPs, teacherFLOPs: FLOPs) {
    (self.tokens, self.time) = (tokens, time)
    (self.flops, self.teacherFLOPs) = (flops, teacherFLOPs)
    (energy, curve) = (.missing(reason: "not measured"), [])
  }

  private enum CodingKeys: String, CodingKey {
    case time = "time_s"
    case flops = "flop"
    case teacherFLOPs = "teacher_flop"
    case tokens, energy, curve
  }
}

/// A moment of a training.
public struct CurvePoint: Codable, Hashable, Sendable {
  public var tokens: Int
  public var time: Seconds
  /// On held-out text, in nats.
  public var crossEntropy: Double

  public init(tokens: Int, time: Seconds, crossEntropy: Double) {
    (self.tokens, self.time, self.crossEntropy) = (tokens, time, crossEntropy)
  }

  private enum CodingKeys: String, CodingKey {
    case time = "time_s"
    case crossEntropy = "cross_entropy_nats"
    case tokens
  }
}

/// Joules of a whole window.
public struct EnergyTotal: Codable, Hashable, Sendable {
  public var origin: EnergyOrigin
  public var low: Joules, central: Joules, high: Joules
  /// What had to be assumed, one line each; empty for a measured figure.
  public var assumptions: [String]

  public init(
    origin: EnergyOrigin, low: Joules, central: Joules, high: Joules, assumptions: [String] = []
  ) {
    (self.origin, self.assumptions) = (origin, assumptions)
    (self.low, self.central, self.high) = (low, central, high)
  }

  private enum CodingKeys: String, CodingKey {
    case low = "low_j"
    case central = "central_j"
    case high = "high_j"
    case origin, assumptions
  }
}

/// How well a model predicts held-out text, in nats per token.
public struct QualityRecord: Codable, Hashable, Sendable {
  /// Tokens that were predicted.
  public var tokens: Int
  public var crossEntropy: Double
  /// Of the corpus' own probabilities on the same tokens.
  public var floor: Reading<Double>
  /// KL divergence of the model from the corpus' own probabilities: what better learning could still gain.
  public var aboveFloor: Reading<Double>
  /// KL divergence of the model from its teacher, and the share of positions in which both hold one token likeliest.
  public var teacherDivergence: Reading<Double>
  public var sameTop: Reading<Double>
  /// Answers that are right from the first token to the last.
  public var tasks: [TaskScore]

  public init(tokens: Int, crossEntropy: Double, tasks: [TaskScore] = []) {
    (self.tokens, self.crossEntropy, self.tasks) = (tokens, crossEntropy, tasks)
    floor = .missing(reason: "the entropy of a given text is not known")
    aboveFloor = floor
    teacherDivergence = .missing(reason: "it is the teacher")
    sameTop = teacherDivergence
  }

  private enum CodingKeys: String, CodingKey {
    case crossEntropy = "cross_entropy_nats"
    case floor = "floor_nats"
    case aboveFloor = "above_floor_nats"
    case teacherDivergence = "teacher_kl_nats"
    case sameTop = "same_top_share"
    case tokens, tasks
  }
}

/// Exact matches of one kind of task.
public struct TaskScore: Codable, Hashable, Sendable {
  public var name: String
  public var right: Int, asked: Int

  public init(name: String, right: Int, asked: Int) {
    (self.name, self.right, self.asked) = (name, right, asked)
  }

  public var share: Double { asked > 0 ? Double(right) / Double(asked) : 0 }
}

/// A model in use.
public struct ModelSpeed: Codable, Hashable, Sendable {
  /// Tokens per second.
  public var prefill: Figure, decode: Figure
  /// At batch 1.
  public var prefillEnergy: Reading<EnergyFigure>, decodeEnergy: Reading<EnergyFigure>
  /// `f32`, `q8_0`.
  public var format: String

  public init(prefill: Figure, decode: Figure, format: String) {
    (self.prefill, self.decode, self.format) = (prefill, decode, format)
    prefillEnergy = .missing(reason: "not measured")
    decodeEnergy = .missing(reason: "not measured")
  }

  private enum CodingKeys: String, CodingKey {
    case prefill = "prefill_tokens_per_s"
    case decode = "decode_tokens_per_s"
    case prefillEnergy = "prefill_energy"
    case decodeEnergy = "decode_energy"
    case format
  }
}
