import Costs
import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Prices of electricity are not measured here; what a lower one is worth for a token can be worked out.
  static let electricityPrice = Claim(
    "K22", "Electricity in China costs 40% less than in the US", source: Document.gatePost,
    by: Method(
      "energy for a token, to see how much of its cost a price of electricity touches",
      formula: "$/Mtoken = J/token ÷ 3.6e6 × $/kWh × PUE × 1e6, beside price ÷ tokens of a lifetime")
  ) { evidence in
    Judgement(
      .notTestable,
      because:
        "No price of electricity is measured here, and no source was found for the 40 %. What can be said is how much of a "
        + "token's cost it touches: on eight H200s, purchase included and under the assumptions below, 40 % off the electricity takes \(serverSaving(evidence.costs)) off the whole.",
      [assumptions(evidence.costs), server(evidence.costs), own(evidence)],
      from: [R.h200NodeEnergy, R.h200Price, R.h200NodeSpeed]
    ).with(
      today: evidence.energy.map {
        let (low, high) = (
          TokenCost.electricity($0.lowPerToken, evidence.costs),
          TokenCost.electricity($0.highPerToken, evidence.costs)
        )
        return TodayValue(
          low, DollarsPerMegatoken((low.value * high.value).squareRoot()), high, "\($0.label), batch 1")
      },
      published: "\(R.h200NodeEnergy.text), Llama-2-70B on 8 x H200, batch of many")
  }

  private static func assumptions(_ costs: CostAssumptions) -> String {
    "Assumed, not sourced: $\(Format.fixed(costs.dollarsPerKilowattHour, 2)) a kWh, PUE \(Text.plain(costs.pue)), "
      + "machines used \(Text.percent(costs.utilisation)) of \(Text.plain(costs.lifetimeYears)) years"
  }

  /// What 40 % less for energy takes off the whole.
  private static func saving(_ energy: DollarsPerMegatoken, _ machine: DollarsPerMegatoken) -> String {
    Text.percent(0.4 * (energy / (energy + machine)))
  }

  private static func serverSaving(_ costs: CostAssumptions) -> String {
    let (energy, chips) = serverCosts(costs)
    return saving(energy, chips)
  }

  private static func serverCosts(_ costs: CostAssumptions) -> (DollarsPerMegatoken, DollarsPerMegatoken) {
    (
      TokenCost.electricity(R.h200NodeEnergy.value, costs),
      TokenCost.purchase(R.h200Price.value * 8, R.h200NodeSpeed.value, costs)
    )
  }

  private static func server(_ costs: CostAssumptions) -> String {
    let (energy, chips) = serverCosts(costs)
    return "Million tokens, 70B: \(R.h200NodeEnergy.text) = \(Text.of(energy)) [D]; 8 × \(R.h200Price.text), "
      + "\(R.h200NodeSpeed.text) = \(Text.of(chips)) [D]; −40 % power saves \(saving(energy, chips)) [D]"
  }

  private static func own(_ evidence: Evidence) -> String {
    let machine = evidence.decode.combined(with: evidence.price) {
      TokenCost.purchase($1, $0.speed, evidence.costs)
    }
    let text = evidence.energy.combined(with: machine) { energy, machine in
      let low = TokenCost.electricity(energy.lowPerToken, evidence.costs)
      let high = TokenCost.electricity(energy.highPerToken, evidence.costs)
      return "Million tokens here, batch 1: energy \(Text.range(low, high)) (\(energy.label)), machine "
        + "\(Text.of(machine)); −40 % power saves \(saving(low, machine)) to \(saving(high, machine))"
    }
    return text.line(or: "The same for this machine") { $0 }
  }
}
