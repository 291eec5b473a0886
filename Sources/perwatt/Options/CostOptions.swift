import ArgumentParser
import Costs
import Quantities

/// What the user knows of prices; the rest is assumed, and printed.
struct CostOptions: ParsableArguments {
  @Option(help: "What the machine cost in dollars.")
  var price: Double?

  @Option(help: "Price of electricity in dollars per kilowatt-hour.")
  var usdPerKwh: Double = CostAssumptions().dollarsPerKilowattHour

  @Option(help: "Watts that the building draws for each watt of the machine.")
  var pue: Double = CostAssumptions().pue

  @Option(help: "Rent of the machine in dollars per hour.")
  var usdPerHour: Double?

  @Option(help: "Share of the time in which the machine works, above 0 and at most 1.")
  var utilisation: Double = CostAssumptions().utilisation

  @Option(help: "Years until the machine is worth nothing.")
  var lifetime: Double = CostAssumptions().lifetimeYears

  @Option(help: "Grams of CO2 that your grid emits per kilowatt-hour.")
  var gridGco2: Double?

  func validate() throws {
    for (value, name, what) in [
      (price, "--price", "an amount"), (usdPerKwh, "--usd-per-kwh", "a price"),
      (usdPerHour, "--usd-per-hour", "a rent"), (lifetime, "--lifetime", "years"),
      (gridGco2, "--grid-gco2", "grams"),
    ] {
      if let value, !(value > 0 && value.isFinite) {
        throw ValidationError("\(name) \(value): give \(what) above zero")
      }
    }
    if !(pue >= 1 && pue.isFinite) { throw ValidationError("--pue \(pue): give 1 or more") }
    if !(utilisation > 0 && utilisation <= 1) {
      throw ValidationError("--utilisation \(utilisation): give a share above 0 and at most 1")
    }
  }

  var assumptions: CostAssumptions {
    var result = CostAssumptions()
    result.price = price.map { Dollars($0) }
    (result.dollarsPerKilowattHour, result.pue) = (usdPerKwh, pue)
    (result.dollarsPerHour, result.utilisation) = (usdPerHour, utilisation)
    (result.lifetimeYears, result.gridGrams) = (lifetime, gridGco2)
    return result
  }

  func apply(to settings: inout RunSettings) { settings.costs = assumptions }
}
