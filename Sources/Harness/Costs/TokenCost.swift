import Quantities

/// What a million tokens cost in money and carbon, by three ways of paying.
public struct TokenCost: Codable, Hashable, Sendable {
  /// Electricity alone.
  public let electricity: Spread<DollarsPerMegatoken>
  /// Rent; electricity is the lender's.
  public let rented: Reading<Spread<DollarsPerMegatoken>>
  /// Purchase over its lifetime, and electricity.
  public let owned: Reading<Spread<DollarsPerMegatoken>>
  /// Of electricity in use; what making the machine emitted is not counted.
  public let carbon: Reading<Spread<GramsPerMegatoken>>

  /// - Parameters:
  ///   - energy: what a token takes; only at the wall is it the whole of what is paid for.
  ///   - speed: tokens of one stream.
  public init(energy: Spread<JoulesPerToken>, speed: TokensPerSecond, _ assumed: CostAssumptions) {
    electricity = energy.map { Self.electricity($0, assumed) }
    rented = Self.reading(assumed.dollarsPerHour, "no rent given; state it with --usd-per-hour") {
      Spread(Self.rent($0, speed, assumed))
    }
    owned = Self.reading(assumed.price, "no price given; state it with --price") { price in
      let purchase = Self.purchase(price, speed, assumed)
      return energy.map { purchase + Self.electricity($0, assumed) }
    }
    carbon = Self.reading(assumed.gridGrams, "no grid figure given; state it with --grid-gco2") { grams in
      energy.map { GramsPerMegatoken(Self.kilowattHours($0) * grams * assumed.pue) }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case electricity = "electricity_usd_per_mtok"
    case rented = "rented_usd_per_mtok"
    case owned = "owned_usd_per_mtok"
    case carbon = "carbon_g_per_mtok"
  }

  private static func reading<Input, Output>(
    _ input: Input?, _ reason: String, _ transform: (Input) -> Output
  ) -> Reading<Output> {
    input.map { .measured(transform($0)) } ?? .missing(reason: reason)
  }

  /// Kilowatt-hours of a million tokens.
  public static func kilowattHours(_ energy: JoulesPerToken) -> Double { energy.value * 1e6 / 3.6e6 }

  /// (J ÷ 3.6e6) · $/kWh · PUE · 1e6.
  public static func electricity(_ energy: JoulesPerToken, _ assumed: CostAssumptions) -> DollarsPerMegatoken
  {
    DollarsPerMegatoken(kilowattHours(energy) * assumed.dollarsPerKilowattHour * assumed.pue)
  }

  /// $/h ÷ (tokens/s · 3600) · 1e6 ÷ utilisation.
  public static func rent(_ dollarsPerHour: Double, _ speed: TokensPerSecond, _ assumed: CostAssumptions)
    -> DollarsPerMegatoken
  {
    DollarsPerMegatoken(dollarsPerHour / (speed.value * 3600) * 1e6 / assumed.utilisation)
  }

  /// (price ÷ (hours of its life · utilisation)) ÷ (tokens/s · 3600) · 1e6.
  public static func purchase(_ price: Dollars, _ speed: TokensPerSecond, _ assumed: CostAssumptions)
    -> DollarsPerMegatoken
  {
    let hours = assumed.lifetimeYears * CostAssumptions.hoursPerYear * assumed.utilisation
    return DollarsPerMegatoken(price.value / hours / (speed.value * 3600) * 1e6)
  }
}
