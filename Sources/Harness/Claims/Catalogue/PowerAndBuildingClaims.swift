import Costs
import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  static let buildingCost = Claim(
    "K23", "Building a data centre, without its chips, costs 60% less in China", source: Document.gatePost,
    by: Method(
      "tokens per second, to see what share of a token's cost a building can be",
      formula: "share of the building × 60 % = share of the whole that is saved")
  ) { evidence in
    Judgement(
      .notTestable,
      because:
        "What a building costs is not measured here, and no source was found for the 60 %. It is also a share of a share: "
        + "if the building were a fifth of a data centre's price and the chips the rest, 60 % off the building would be "
        + "12 % off the whole.",
      [
        "Were the building 20 % of the price (an assumption): 0.2 × 60 % = 12 % off the whole; 40 %: 24 %",
        "Eight H200s of \(R.h200Price.text) at \(R.h200NodeSpeed.text) over "
          + "\(Text.plain(evidence.costs.lifetimeYears)) years: "
          + "\(Text.of(TokenCost.purchase(R.h200Price.value * 8, R.h200NodeSpeed.value, evidence.costs))) [D] for chips",
        ownMachine(evidence),
      ], from: [R.h200Price, R.h200NodeSpeed]
    ).with(today: .missing(reason: "no building is measured"), published: "none with a source")
  }

  private static func ownMachine(_ evidence: Evidence) -> String {
    let cost = evidence.decode.combined(with: evidence.price) {
      TokenCost.purchase($1, $0.speed, evidence.costs)
    }
    return cost.line(or: "Purchase of this machine for a million tokens") {
      "Purchase of this machine for a million tokens, batch 1: \(Text.of($0)), without any building"
    }
  }

  static let generationCapacity = Claim(
    "K24", "China generates 2.6 times the electricity of the US, and adds 9 times as much",
    source: Document.gatePost,
    by: Method(
      "energy for a token, as the rate at which electricity becomes tokens",
      formula: "tokens/s for a gigawatt = 1e9 ÷ J/token")
  ) { evidence in
    Judgement(
      .notTestable,
      because:
        "Generation of countries is not measured here, and no source was found for the two ratios. What a gigawatt is "
        + "worth can be said: at the 0.24 J for a token of a published H200 server it is four billion tokens a second. "
        + "2.6 times the electricity buys 2.6 times the tokens only at equal joules for a token, and those differ far more "
        + "between machines and batch sizes than between grids.",
      [
        "1 GW ÷ \(R.h200NodeEnergy.text) = \(perGigawatt(R.h200NodeEnergy.value)) tok/s [D], 70B, batch of many",
        "H100, 8B, batch 8 to 512: \(R.h100Batch8.text) to \(R.h100Batch512.text), "
          + "\(Text.times(R.h100Batch8.value / R.h100Batch512.value)) [D] by batching, more than 2.6",
        evidence.energy.line(or: "A gigawatt through this machine") {
          "A gigawatt through machines like this one: \(perGigawatt($0.highPerToken)) to "
            + "\(perGigawatt($0.lowPerToken)) tok/s (\($0.label), batch 1; another model than the 70B above)"
        },
      ], from: [R.h200NodeEnergy, R.h100Batch8, R.h100Batch512]
    ).with(
      today: evidence.todayPerToken,
      published: "\(R.h200NodeEnergy.text), Llama-2-70B on 8 x H200, batch of many")
  }

  private static func perGigawatt(_ energy: JoulesPerToken) -> String { Text.about(1e9 / energy.value) }
}
