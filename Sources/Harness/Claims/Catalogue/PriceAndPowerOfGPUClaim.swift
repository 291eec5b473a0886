import Costs
import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Watts and dollars of a device are not yet watts and dollars for a token; both are worked out here.
  static let priceAndPowerOfGPU = Claim(
    "K1", "A high-end Nvidia GPU costs $40,000 and draws too much power", source: Document.techCatwalk,
    by: Method(
      "joules and dollars for a token of this machine, one request at a time",
      formula: "J/token ÷ parameters, where boundary, batch and bits of a weight agree; $ = J ÷ 3.6e6 × $/kWh"
    )
  ) { evidence in
    let ratio = evidence.energy.flatMap { energy in
      evidence.decode.flatMap {
        energy.perParameterRatio(of: $0, to: pcEnergy, size: pcModel, under: pcConditions)
      }
    }
    let (verdict, why) = weigh(ratio, evidence.energy.value?.origin ?? "")
    return Judgement(
      verdict, because: why,
      published + measuredGPU(evidence) + [
        ownEnergy(evidence), against(evidence, ratio), money(evidence), perDollar(evidence),
      ],
      from: [
        R.h100Price, R.h100ResalePeak, R.h100Power, R.h100Batch8, R.h100Batch64, R.h100Batch512,
        R.piMediumDistilPower, R.piMediumDistil, R.rtx4090Power, R.rtx4090Speed, R.h100Single,
        R.h100Batch512Speed,
      ]
    ).with(
      today: evidence.todayPerToken,
      published: "\(Text.of(pcEnergy.value)) (wall) [D] for R1-Distill-14B on an RTX 4090 PC, batch 1; "
        + "\(R.h100Batch512.text) for an H100, batch 512")
  }

  private static let claimedPrice = Dollars(40_000)
  private static let llama8B = Parameters(8e9)
  private static let pcModel = Parameters(14.8e9)
  /// One request, the whole PC, Ollama's default of 4 bits with scales.
  private static let pcConditions = Conditions(boundary: "wall", tier: "measured", batch: "1", bits: 4.9)
  private static let pcEnergy = SourcedFigure(
    R.rtx4090Power.value / R.rtx4090Speed.value, .derived, at: "wall", R.rtx4090Power.source)
  private static let piEnergy = R.piMediumDistilPower.value / R.piMediumDistil.value

  private static var published: [String] {
    let batching = R.h100Batch8.value / R.h100Batch512.value
    return [
      "H100: \(R.h100Price.text), resale at its peak \(R.h100ResalePeak.text): $40,000 is the upper end",
      "H100 SXM: up to \(R.h100Power.text); whether that is too much depends on the tokens it yields",
      "H100, Llama-3.1-8B: batch 8 \(R.h100Batch8.text), 64 \(R.h100Batch64.text), "
        + "512 \(R.h100Batch512.text): batching alone \(Text.times(batching)) [D]",
      "R1-Distill-14B at batch 1, Pi 5: \(R.piMediumDistilPower.text) ÷ \(R.piMediumDistil.text) "
        + "= \(Text.of(piEnergy)) [D]",
      "The same model, RTX 4090 PC: \(R.rtx4090Power.text) ÷ \(R.rtx4090Speed.text) = "
        + "\(Text.of(pcEnergy.value)) [D]; the Pi needs \(Text.times(piEnergy / pcEnergy.value)) [D]",
    ]
  }

  /// A GPU that was measured, if one was: its joules are those of the card alone, and so of no other boundary here.
  private static func measuredGPU(_ evidence: Evidence) -> [String] {
    guard let gpu = evidence.gpu.value else {
      return [evidence.gpu.line(or: "A GPU measured for this") { _ in "" }]
    }
    let gain = gpu.gainByBatching.map { "; batching alone \(Text.times($0))" } ?? ""
    return ["Measured, \(gpu.text) (GPU only\(gain))"]
  }

  private static func ownEnergy(_ evidence: Evidence) -> String {
    evidence.energy.line(or: "Energy of this machine") {
      "\(Text.name(evidence.machine)), batch 1: \(Text.range($0.lowPerToken, $0.highPerToken)) "
        + "(\($0.label)); the H100 rows above are GPU only and batch 8 to 512"
    }
  }

  private static func against(_ evidence: Evidence, _ ratio: Reading<ClosedRange<Double>>) -> String {
    let origin = evidence.energy.value?.origin ?? ""
    return ratio.line(or: "Energy for a token and parameter, this machine ÷ RTX 4090 PC") {
      "Energy for a token and parameter, this machine (\(origin), batch 1) ÷ RTX 4090 PC (batch 1, wall, "
        + "\(Text.of(pcEnergy.value)) ÷ 14.8 billion) = \(Text.times($0.lowerBound, $0.upperBound))"
    }
  }

  private static func money(_ evidence: Evidence) -> String {
    let price = Format.significant(evidence.costs.dollarsPerKilowattHour, 2)
    func dollars(_ energy: JoulesPerToken) -> DollarsPerMegatoken {
      TokenCost.electricity(energy, evidence.costs)
    }
    return evidence.energy.line(or: "Electricity for a million tokens here") {
      let (low, high) = (dollars($0.lowPerToken), dollars($0.highPerToken))
      return "Electricity for a million tokens here, at an assumed $\(price) per kWh: "
        + "\(Text.range(low, high)) (\($0.label), batch 1)"
    }
  }

  /// Speed times size for each dollar: the only way to set models of different sizes side by side.
  private static func perDollar(_ evidence: Evidence) -> String {
    func rate(_ speed: TokensPerSecond, _ size: Parameters, _ price: Dollars) -> String {
      Text.plain(speed.value * size.value / price.value)
    }
    let own = evidence.decode.combined(with: evidence.price) { rate($0.speed, $0.parameters, $1) }
    return own.line(or: "Speed per dollar of this machine") {
      "tok/s × parameters for each $: \($0) here (batch 1); H100 at $40,000, 8B: "
        + "\(rate(R.h100Single.value, llama8B, claimedPrice)) at \(R.h100Single.text), batch 1; "
        + "\(rate(R.h100Batch512Speed.value, llama8B, claimedPrice)) at \(R.h100Batch512Speed.text), "
        + "batch 512 (formats differ)"
    }
  }

  /// - Parameter origin: how this machine's energy was found.
  private static func weigh(_ ratio: Reading<ClosedRange<Double>>, _ origin: String) -> (Verdict, String) {
    let prices =
      "Published prices of an H100 lie between $25,000 and $40,000; the claim quotes the upper end. "
    guard let range = ratio.value else {
      return (
        .overstated,
        ratio.publishedAlone + prices
          + "Its 700 W are real, but power is no measure of waste: on one model, one request at a time and both at the "
          + "wall, a PC with a GPU needs 5.0 J for a token and a Raspberry Pi 5 needs 10.8 J. Serving 512 requests "
          + "at once instead of 8 lowers a GPU's joules for a token more than sixfold."
      )
    }
    let lead = "At the wall (\(origin)), one request at a time, this machine needs"
    let times = "(\(Text.times(range.lowerBound, range.upperBound)))"
    if range.upperBound < 1 {
      return (.supported, "\(prices)\(lead) less energy for a token and parameter than a GPU PC \(times).")
    }
    if range.lowerBound > 1 {
      return (.overstated, "\(prices)\(lead) more energy for a token and parameter than a GPU PC \(times).")
    }
    return (
      .undecided, "\(prices)The uncertainty of this machine's energy spans that of a GPU PC \(times)."
    )
  }
}
