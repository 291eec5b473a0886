import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Watts and joules per token are two claims; a slow device can win the first and lose the second.
  static let powerOfPhone = Claim(
    "K3", "A Raspberry Pi runs DeepSeek on less power than a mobile phone", source: Document.techCatwalk
  ) { evidence in
    let predicted = evidence.piPrediction.map { R.piDecodePower.low / $0 }
    let (verdict, why) = weigh(predicted)
    return Judgement(
      verdict, because: why, watts + [publishedEnergy, predictedEnergy(evidence), phones, own(evidence)],
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

  private static func predictedEnergy(_ evidence: Evidence) -> String {
    evidence.piPrediction.line(or: "The same from today's run") {
      "The same at the \(Text.of($0)) that today's run predicts for a Pi 5: \(energy(at: $0)) (wall) [D]"
    }
  }

  private static var phones: String {
    "Per token, 1.5B, phones: \(R.phoneEnergy.text), batch 1; wall includes the power supply, so side "
      + "by side only"
  }

  private static func own(_ evidence: Evidence) -> String {
    evidence.energy.line(or: "Energy of this machine") {
      "\(Text.name(evidence.machine)): \(Text.range($0.lowPower, $0.highPower)), "
        + "\(Text.range($0.lowPerToken, $0.highPerToken)) (\($0.label)); "
        + "not comparable: \($0.boundary) \($0.tier) vs \(R.phone)"
    }
  }

  private static func weigh(_ predicted: Reading<JoulesPerToken>) -> (Verdict, String) {
    guard let lowest = predicted.value else {
      return (
        .contradicted,
        predicted.publishedAlone
          + "A Pi 5 draws more than a phone at rest, and its joules per token lie above."
      )
    }
    if lowest > R.phoneEnergy.high {
      return (
        .contradicted,
        "A Pi 5 draws more than a phone at rest, and the joules per token predicted for it lie above."
      )
    }
    return (
      .overstated,
      "In today's format a Pi 5 comes into the range of phones per token, but it still draws more at rest."
    )
  }
}
