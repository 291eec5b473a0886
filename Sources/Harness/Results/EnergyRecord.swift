import Quantities

/// Energy per token of one model, backend and phase, or why it is not known.
public struct EnergyRecord: Codable, Hashable, Sendable {
  public var model: String
  public var backend: String
  public var phase: Phase
  public var energy: Reading<EnergyFigure>

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
  public var perToken: JoulesPerTokenRange
  /// True where no idle power was measured, so that there is no net figure; `perToken` is always gross.
  public var grossOnly = true
  /// What had to be assumed, one line each; empty for a measured figure.
  public var assumptions: [String]
  public var window: Seconds
  public var tokens: Tokens

  public init(
    origin: EnergyOrigin, perToken: JoulesPerTokenRange, window: Seconds, tokens: Tokens,
    assumptions: [String] = []
  ) {
    (self.origin, self.perToken, self.assumptions) = (origin, perToken, assumptions)
    (self.window, self.tokens) = (window, tokens)
  }

  private enum CodingKeys: String, CodingKey {
    case origin, assumptions, tokens
    case perToken = "gross_per_token"
    case grossOnly = "gross_only"
    case window = "window_s"
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
