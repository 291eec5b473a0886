import Quantities

/// Energy per token of one model, backend and phase, or why it is not known.
public struct EnergyRecord: Codable, Hashable, Sendable {
  public var model: String
  public var backend: String
  public var phase: Phase
  public var energy: Reading<EnergyFigure>
  /// The published energy of the work's operations and bytes, which no run changes; nil where they are not counted, and
  /// in older records.
  public var countedWork: CountedWorkRecord?

  private enum CodingKeys: String, CodingKey {
    case model, backend, phase, energy
    case countedWork = "counted_work"
  }

  public init(model: String, backend: String, phase: Phase, energy: Reading<EnergyFigure>) {
    (self.model, self.backend, self.phase, self.energy) = (model, backend, phase, energy)
  }
}

extension RunRecord {
  /// The phase whose energy a row tells, with its case, its operations and bytes; nil where there is none.
  public func phase(of row: EnergyRecord) -> PhaseRecord? {
    let backend = models.first { $0.name == row.model }?.backends.first { $0.backend == row.backend }
    return backend?.phases.first { $0.phase == row.phase }
  }
}

/// Energy of a token by published figures for each operation and byte; nothing was metered.
public struct CountedWorkRecord: Codable, Hashable, Sendable {
  public var origin: EnergyOrigin
  public var perToken: JoulesPerTokenRange
  /// The published figures, with their sources.
  public var assumption: String

  public init(origin: EnergyOrigin, perToken: JoulesPerTokenRange, assumption: String) {
    (self.origin, self.perToken, self.assumption) = (origin, perToken, assumption)
  }

  private enum CodingKeys: String, CodingKey {
    case perToken = "per_token"
    case origin, assumption
  }
}

/// Where an energy figure comes from. Figures of different boundaries are never divided by one another.
public struct EnergyOrigin: Codable, Hashable, Sendable {
  /// The meter: `rapl-powercap`, `ina3221`, `tdp`.
  public var source: String
  /// What it covers: socket, rails, board input, wall.
  public var boundary: String
  /// measured, estimated or proxy.
  public var tier: String

  /// The tier that decides nothing.
  public static let proxy = "proxy"

  public init(source: String, boundary: String, tier: String) {
    (self.source, self.boundary, self.tier) = (source, boundary, tier)
  }
}

/// Joules per token within one window.
public struct EnergyFigure: Codable, Hashable, Sendable {
  public var origin: EnergyOrigin
  /// Gross: the idle power is included.
  public var perToken: JoulesPerTokenRange
  /// Memory modules, where the meter tells them apart; never part of `perToken`.
  public var memoryPerToken = Reading<JoulesPerToken>.missing(reason: "not stored")
  /// What had to be assumed, one line each; empty for a measured figure.
  public var assumptions: [String]
  /// What a reader must know about the meter, one line each.
  public var notes: [String] = []
  public var window: Seconds
  public var tokens: Tokens
  /// Nil where no sensor was read, and in older records.
  public var metering: EnergyMetering?

  public init(
    origin: EnergyOrigin, perToken: JoulesPerTokenRange, window: Seconds, tokens: Tokens,
    assumptions: [String] = []
  ) {
    (self.origin, self.perToken, self.assumptions) = (origin, perToken, assumptions)
    (self.window, self.tokens) = (window, tokens)
  }

  private enum CodingKeys: String, CodingKey {
    case origin, assumptions, notes, tokens, metering
    case perToken = "gross_per_token"
    case memoryPerToken = "memory_j_per_token"
    case window = "window_s"
  }

  /// Older records have neither notes nor memory.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    origin = try fields.decode(EnergyOrigin.self, forKey: .origin)
    perToken = try fields.decode(JoulesPerTokenRange.self, forKey: .perToken)
    assumptions = try fields.decode([String].self, forKey: .assumptions)
    window = try fields.decode(Seconds.self, forKey: .window)
    tokens = try fields.decode(Tokens.self, forKey: .tokens)
    let memory = try fields.decodeIfPresent(Reading<JoulesPerToken>.self, forKey: .memoryPerToken)
    memoryPerToken = memory ?? memoryPerToken
    notes = try fields.decodeIfPresent([String].self, forKey: .notes) ?? []
    metering = try fields.decodeIfPresent(EnergyMetering.self, forKey: .metering)
  }
}

/// A figure with its bounds: the meter's error, or the range of the assumptions.
public struct JoulesPerTokenRange: Codable, Hashable, Sendable {
  public var low: JoulesPerToken
  public var central: JoulesPerToken
  public var high: JoulesPerToken

  public init(low: JoulesPerToken, central: JoulesPerToken, high: JoulesPerToken) {
    (self.low, self.central, self.high) = (low, central, high)
  }

  private enum CodingKeys: String, CodingKey {
    case low = "low_j_per_token"
    case central = "central_j_per_token"
    case high = "high_j_per_token"
  }
}
