/// Arithmetic speed.
public struct FLOPsPerSecond: Quantity {
  public static let unit = "FLOP/s"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Memory speed.
public struct BytesPerSecond: Quantity {
  public static let unit = "B/s"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Speed of a language model.
public struct TokensPerSecond: Quantity {
  public static let unit = "tok/s"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Energy of a language model.
public struct JoulesPerToken: Quantity {
  public static let unit = "J/tok"
  public let value: Double
  public init(_ value: Double) { self.value = value }

  /// The inverse, in tokens per joule.
  public var tokensPerJoule: Double { 1 / value }
}

public func / (work: FLOPs, time: Seconds) -> FLOPsPerSecond {
  FLOPsPerSecond(work.value / time.value)
}
public func / (traffic: Bytes, time: Seconds) -> BytesPerSecond {
  BytesPerSecond(traffic.value / time.value)
}
public func / (tokens: Tokens, time: Seconds) -> TokensPerSecond {
  TokensPerSecond(tokens.value / time.value)
}
public func / (energy: Joules, tokens: Tokens) -> JoulesPerToken {
  JoulesPerToken(energy.value / tokens.value)
}
public func / (energy: Joules, time: Seconds) -> Watts {
  Watts(energy.value / time.value)
}
public func / (power: Watts, speed: TokensPerSecond) -> JoulesPerToken {
  JoulesPerToken(power.value / speed.value)
}
public func * (power: Watts, time: Seconds) -> Joules {
  Joules(power.value * time.value)
}
public func / (work: FLOPs, speed: FLOPsPerSecond) -> Seconds {
  Seconds(work.value / speed.value)
}
public func / (traffic: Bytes, speed: BytesPerSecond) -> Seconds {
  Seconds(traffic.value / speed.value)
}
