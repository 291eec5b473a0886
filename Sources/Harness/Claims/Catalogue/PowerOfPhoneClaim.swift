import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Watts and joules per token are two claims; a slow device can win the first and lose the second.
  static let powerOfPhone = Claim(
    "K3", "A Raspberry Pi runs DeepSeek on less power than a mobile phone", source: Document.techCatwalk
  ) { evidence in
    Judgement(
      .contradicted,
      because:
        "Published figures alone decide this: at rest and for each token a Pi 5 needs several times what "
        + "a phone does, more than the losses of a power supply explain.",
      watts + [publishedEnergy, estimatedEnergy(evidence), phones, own(evidence)],
      from: [
        R.piIdlePower, R.phoneIdlePower, R.piDecodePower, R.phonePower, R.piSmallDistil, R.phoneEnergy,
      ])
  }

  private static var watts: [String] {
    [
      "Idle: Pi 5 \(R.piIdlePower.text), phones \(R.phoneIdlePower.text): side by side, not divided",
      "Under an LLM: Pi 5 \(R.piDecodePower.text), phones \(R.phonePower.text): they meet at the "
        + "phones' peak",
    ]
  }

  private static func energy(at speed: TokensPerSecond) -> String {
    Text.range(R.piDecodePower.low / speed, R.piDecodePower.high / speed)
  }

  private static var publishedEnergy: String {
    "Per token, 1.5B, Pi 5: \(R.piDecodePower.text) ÷ \(R.piSmallDistil.text) = "
      + "\(energy(at: R.piSmallDistil.value)) (wall) [D], batch 1, different runs"
  }

  /// Stands beside the published figures; the verdict does not rest on it.
  private static func estimatedEnergy(_ evidence: Evidence) -> String {
    evidence.piEstimate.line(or: "The same at the speed that today's run suggests") {
      "The same at the \(Text.of($0)) that K2 estimates for 4 bits from today's run: \(energy(at: $0)) "
        + "(wall) [D], not used for the verdict"
    }
  }

  private static var phones: String {
    "Per token, 1.5B, 4 bits, phones: \(R.phoneEnergy.text), batch 1; wall includes the power supply, so "
      + "side by side only"
  }

  private static func own(_ evidence: Evidence) -> String {
    evidence.energy.line(or: "Energy of this machine") {
      "\(Text.name(evidence.machine)): \(Text.range($0.lowPower, $0.highPower)), "
        + "\(Text.range($0.lowPerToken, $0.highPerToken)) (\($0.label)); "
        + "not comparable: \($0.boundary) vs \(R.phone)"
    }
  }
}
