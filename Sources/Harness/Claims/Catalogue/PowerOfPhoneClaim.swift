import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Watts and joules per token are two claims; a slow device can win the first and lose the second.
  static let powerOfPhone = Claim(
    "K3", "A Raspberry Pi runs DeepSeek on less power than a mobile phone", source: Document.techCatwalk,
    by: Method(
      "watts and joules for a token; two claims, because a slow device can win the first and lose the second",
      formula: "J/token = W ÷ tok/s, compared at one boundary only")
  ) { evidence in
    Judgement(
      .contradicted,
      because:
        "Published figures alone decide this. At rest a Raspberry Pi 5 draws 2.8 W and a phone 0.6 to 0.8 W. Under a "
        + "language model the Pi draws 11 to 14 W, as much as the hottest phone at its peak, and it needs 1.2 "
        + "to 2.1 J for a token of a 1.5B model where phones need 0.12 to 0.39 J. The wall meter counts the Pi's power supply, "
        + "too, but no supply loses that much.",
      watts + [publishedEnergy, estimatedEnergy(evidence), phones, own(evidence)],
      from: [
        R.piIdlePower, R.phoneIdlePower, R.piDecodePower, R.phonePower, R.piSmallDistil, R.phoneEnergy,
      ]
    ).with(
      today: evidence.todayPerToken,
      published:
        "\(publishedRange) (wall) [D] on a Pi 5; \(R.phoneEnergy.text) on phones, 1.5B")
  }

  private static var watts: [String] {
    [
      "Idle: Pi 5 \(R.piIdlePower.text), phones \(R.phoneIdlePower.text): side by side, not divided",
      "Under an LLM: Pi 5 \(R.piDecodePower.text), phones \(R.phonePower.text): they meet at the "
        + "phones' peak",
    ]
  }

  /// Between the ends of the power and of the speed.
  private static func energy(_ slow: TokensPerSecond, _ fast: TokensPerSecond) -> String {
    Text.range(R.piDecodePower.low / fast, R.piDecodePower.high / slow)
  }
  private static var publishedRange: String { energy(R.piSmallDistil.low, R.piSmallDistil.high) }

  private static var publishedEnergy: String {
    "Per token, 1.5B, Pi 5: \(R.piDecodePower.text) ÷ \(R.piSmallDistil.text) = "
      + "\(publishedRange) (wall) [D], batch 1, different runs"
  }

  /// Stands beside the published figures; the verdict does not rest on it.
  private static func estimatedEnergy(_ evidence: Evidence) -> String {
    evidence.piEstimate.line(or: "The same at the speed that today's run suggests") {
      "The same at the \(Text.of($0)) that K2 estimates for 4 bits from today's run: \(energy($0, $0)) "
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
