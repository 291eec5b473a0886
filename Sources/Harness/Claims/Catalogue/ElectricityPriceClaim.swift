import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Prices of electricity are not measured here; what a lower one is worth for a token can be worked out.
  static let electricityPrice = Claim(
    "K22", "Electricity in China costs 40% less than in the US", source: Document.gatePost
  ) { evidence in
    Judgement(
      .notTestableHere,
      because:
        "No price of electricity is measured here; the lines show how little of a token's cost it touches.",
      [assumptions, server, own(evidence)], from: [R.h200NodeEnergy, R.h200Price, R.h200NodeSpeed])
  }

  // Round numbers for the sake of an example; each is printed as an assumption.
  private static let perKilowattHour = 0.10
  private static let years = 3.0

  private static var assumptions: String {
    "Assumed, not sourced: $\(Format.fixed(perKilowattHour, 2)) a kWh, machines used without pause for "
      + "\(Text.plain(years)) years"
  }

  /// Dollars for a million tokens.
  private static func energyCost(_ energy: JoulesPerToken) -> Dollars {
    Dollars(energy.value * 1e6 / 3.6e6 * perKilowattHour)
  }
  private static func machineCost(_ price: Dollars, _ speed: TokensPerSecond) -> Dollars {
    Dollars(price.value * 1e6 / (speed.value * years * 31_557_600))
  }

  /// What 40 % less for energy takes off the whole.
  private static func saving(_ energy: Dollars, _ machine: Dollars) -> String {
    Text.percent(0.4 * (energy / (energy + machine)))
  }

  private static var server: String {
    let energy = energyCost(R.h200NodeEnergy.value)
    let chips = machineCost(R.h200Price.value * 8, R.h200NodeSpeed.value)
    return "Million tokens, 70B: \(R.h200NodeEnergy.text) = \(Text.of(energy)) [D]; 8 × \(R.h200Price.text), "
      + "\(R.h200NodeSpeed.text) = \(Text.of(chips)) [D]; −40 % power saves \(saving(energy, chips)) [D]"
  }

  private static func own(_ evidence: Evidence) -> String {
    let machine = evidence.decode.combined(with: evidence.price) { machineCost($1, $0.speed) }
    let text = evidence.energy.combined(with: machine) { energy, machine in
      let (low, high) = (energyCost(energy.lowPerToken), energyCost(energy.highPerToken))
      return "Million tokens here, batch 1: energy \(Text.range(low, high)) (\(energy.label)), machine "
        + "\(Text.of(machine)); −40 % power saves \(saving(low, machine)) to \(saving(high, machine))"
    }
    return text.line(or: "The same for this machine") { $0 }
  }
}
