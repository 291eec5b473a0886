import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Watts and dollars of a device are not yet watts and dollars for a token; both are worked out here.
  static let priceAndPowerOfGPU = Claim(
    "K1", "A high-end Nvidia GPU costs $40,000 and draws too much power", source: Document.techCatwalk
  ) { evidence in
    let ratio = evidence.energy.flatMap { energy in
      evidence.decode.flatMap {
        energy.perParameterRatio(own: $0.parameters, to: R.h200NodeEnergy, of: llama70B)
      }
    }
    let (verdict, why) = weigh(ratio, evidence.energy.value?.origin ?? "")
    return Judgement(
      verdict, because: why,
      published + [ownEnergy(evidence), against(evidence, ratio), perDollar(evidence)],
      from: [
        R.h100Price, R.h100ResalePeak, R.h100Power, R.h100Batch8, R.h100Batch64, R.h100Batch512,
        R.piMediumDistilPower, R.piMediumDistil, R.rtx4090Power, R.rtx4090Speed, R.h200NodeEnergy,
        R.h100Single, R.h100Batch512Speed,
      ])
  }

  private static let llama70B = Parameters(70e9)
  private static let llama8B = Parameters(8e9)
  private static let claimedPrice = Dollars(40_000)

  private static var published: [String] {
    let board = R.piMediumDistilPower.value / R.piMediumDistil.value
    let gpu = R.rtx4090Power.value / R.rtx4090Speed.value
    let batching = R.h100Batch8.value / R.h100Batch512.value
    return [
      "H100: \(R.h100Price.text), resale at its peak \(R.h100ResalePeak.text): $40,000 is the upper end",
      "H100 SXM: up to \(R.h100Power.text); whether that is too much depends on the tokens it yields",
      "H100, Llama-3.1-8B: batch 8 \(R.h100Batch8.text), 64 \(R.h100Batch64.text), "
        + "512 \(R.h100Batch512.text): batching alone \(Text.times(batching)) [D]",
      "R1-Distill-14B at batch 1, Pi 5: \(R.piMediumDistilPower.text) ÷ \(R.piMediumDistil.text) "
        + "= \(Text.of(board)) [D]",
      "The same model, RTX 4090 PC: \(R.rtx4090Power.text) ÷ \(R.rtx4090Speed.text) = \(Text.of(gpu)) [D]; "
        + "the Pi needs \(Text.times(board / gpu)) [D]",
    ]
  }

  private static func ownEnergy(_ evidence: Evidence) -> String {
    evidence.energy.line(or: "Energy of this machine") {
      "\(Text.name(evidence.machine)), batch 1: \(Text.range($0.lowPerToken, $0.highPerToken)) "
        + "(\($0.label)); "
        + "the H100 rows above are GPU only and batch 8 to 512"
    }
  }

  private static func against(_ evidence: Evidence, _ ratio: Reading<ClosedRange<Double>>) -> String {
    let origin = evidence.energy.value?.origin ?? ""
    return ratio.line(or: "Energy for a token and billion parameters, this machine ÷ H200 server") {
      "Energy for a token and billion parameters, this machine (\(origin), batch 1) ÷ "
        + "8 x H200 server (batch of many, \(R.h200NodeEnergy.text) ÷ 70) = "
        + "\(Text.times($0.lowerBound, $0.upperBound))"
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
    guard let range = ratio.value else {
      return (
        .overstated,
        ratio.publishedAlone
          + "The watts are real, but for each token a GPU PC needs fewer joules than a Pi on the same model."
      )
    }
    let lead = "At the wall (\(origin)) this machine needs"
    if range.upperBound < 1 { return (.supported, "\(lead) less energy per parameter and token.") }
    if range.lowerBound > 1 { return (.overstated, "\(lead) more energy per parameter and token.") }
    return (.notTestableHere, "The uncertainty of this machine's energy spans that of the GPU server.")
  }
}
