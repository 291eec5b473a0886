import Quantities

/// Money for a million tokens.
public struct DollarsPerMegatoken: Quantity {
  public static let unit = "$/Mtok"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Carbon dioxide, in grams, for a million tokens.
public struct GramsPerMegatoken: Quantity {
  public static let unit = "gCO2/Mtok"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// What has to be assumed before joules and seconds become money and carbon. Every one is printed.
public struct CostAssumptions: Codable, Hashable, Sendable {
  /// Dollars for a kilowatt-hour.
  public var dollarsPerKilowattHour = 0.15
  /// Power usage effectiveness: what the building draws for each watt of the machine, 1 and more.
  public var pue = 1.0
  /// Rent of the machine in dollars per hour; nil where it is not rented.
  public var dollarsPerHour: Double?
  /// Share of the hours in which the machine works, above 0 and at most 1.
  public var utilisation = 1.0
  /// What the machine costs to buy; nil where nobody said so.
  public var price: Dollars?
  /// Years until the machine is worth nothing.
  public var lifetimeYears = 3.0
  /// Grams of carbon dioxide for a kilowatt-hour of the user's grid; nil where nobody said so.
  public var gridGrams: Double?

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case pue, utilisation
    case dollarsPerKilowattHour = "usd_per_kwh"
    case dollarsPerHour = "usd_per_hour"
    case price = "price_usd"
    case lifetimeYears = "lifetime_years"
    case gridGrams = "grid_gco2_per_kwh"
  }

  /// Hours of a year of 365.25 days.
  static let hoursPerYear = 8766.0

  /// Each assumption with the option that changes it, one line each.
  public var lines: [String] {
    func text(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? Format.fixed(value, 0) : Format.significant(value)
    }
    func line(_ value: Double?, _ option: String, _ words: (String) -> String, none: String) -> String {
      "\(value.map { words(text($0)) } ?? none) (\(option))"
    }
    return [
      line(dollarsPerKilowattHour, "--usd-per-kwh", { "electricity at $\($0) per kWh" }, none: ""),
      line(pue, "--pue", { "\($0) W drawn for each watt of the machine" }, none: ""),
      line(utilisation * 100, "--utilisation", { "the machine works \($0) % of the time" }, none: ""),
      line(price?.value, "--price", { "bought for $\($0)" }, none: "no price given"),
      line(lifetimeYears, "--lifetime", { "worth nothing after \($0) years" }, none: ""),
      line(dollarsPerHour, "--usd-per-hour", { "rented for $\($0) per hour" }, none: "no rent given"),
      line(gridGrams, "--grid-gco2", { "grid emits \($0) g CO2 per kWh" }, none: "no grid figure given"),
    ]
  }
}
