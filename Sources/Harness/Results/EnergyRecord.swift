import Quantities

/// Energy per token of one model, backend and phase, or why it is not known.
public struct EnergyRecord: Codable, Hashable, Sendable {
  public var model: String
  public var backend: String
  public var phase: Phase
  public var energy: Reading<EnergyFigure>
  /// The published energy of the work's operations and bytes, a floor that no run changes; nil in older records.
  public var countedWork: JoulesPerTokenRange?

  private enum CodingKeys: String, CodingKey {
    case model, backend, phase, energy
    case countedWork = "counted_work"
  }

  public init(model: String, backend: String, phase: Phase, energy: Reading<EnergyFigure>) {
    (self.model, self.backend, self.phase, self.energy) = (model, backend, phase, energy)
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
