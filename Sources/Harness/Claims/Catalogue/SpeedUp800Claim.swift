import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// A multiplier is a quotient; the ladder shows what the choice of its denominator is worth.
  static let speedUp800 = Claim(
    "K4", "New algorithms speed up scientific computing 800x on ordinary Nvidia cards",
    source: Document.techCatwalk
  ) { evidence in
    Judgement(
      .overstated, because: because(evidence.ladder),
      [baselines] + ladder(evidence.ladder) + [room(evidence), coincidence],
      from: [
        R.peridynamicsSerial, R.peridynamicsOpenMP, R.rtx4070Arithmetic, R.rtx4070Bandwidth, R.h100ResalePeak,
      ])
  }

  private static var baselines: String {
    let openMP = R.peridynamicsSerial.value / R.peridynamicsOpenMP.value
    return "Published: \(R.peridynamicsSerial.text) over one CPU thread, \(R.peridynamicsOpenMP.text) over "
      + "OpenMP; so OpenMP was \(Text.times(openMP)) [D] over one thread"
  }

  private static func ladder(_ ladder: Reading<LadderEvidence>) -> [String] {
    guard let steps = ladder.value else { return [ladder.line(or: "Speed-up ladder") { _ in "" }] }
    let left = R.peridynamicsSerial.value.value / steps.wholeGain
    return [
      "One matrix product here: naive, 1 thread \(Text.si(steps.naive)); best, 1 thread "
        + "\(Text.si(steps.bestOneThread)); best, all threads \(Text.si(steps.bestAllThreads))",
      "\(Text.times(steps.vectorGain)) by SIMD × \(Text.times(steps.threadGain)) by threads = "
        + "\(Text.times(steps.wholeGain)) by the choice of baseline, on one machine",
      "\(R.peridynamicsSerial.text) over naive code ÷ \(Text.times(steps.wholeGain)) = \(Text.times(left)) "
        + "over tuned code on all threads (a different kernel: the method, not the card)",
    ]
  }

  private static func room(_ evidence: Evidence) -> String {
    let text = evidence.peakOneThread.combined(with: evidence.bandwidthOneThread) { peak, bandwidth in
      let arithmetic = R.rtx4070Arithmetic.value / peak
      let memory = R.rtx4070Bandwidth.value / bandwidth
      return
        "RTX 4070 ÷ one thread here: \(R.rtx4070Arithmetic.text) ÷ \(Text.of(peak)) = "
        + "\(Text.times(arithmetic)); "
        + "\(R.rtx4070Bandwidth.text) ÷ \(Text.of(bandwidth)) = \(Text.times(memory))"
    }
    return text.line(or: "Room between an RTX 4070 and one thread here") { $0 }
  }

  private static var coincidence: String {
    "\(R.h100ResalePeak.text) ÷ $50 of K2 = \(Text.times(R.h100ResalePeak.value / Dollars(50))) [D]: "
      + "equal to 800x by coincidence"
  }

  /// A steep ladder contradicts nothing about a GPU; it only says how little a multiplier means.
  private static func because(_ ladder: Reading<LadderEvidence>) -> String {
    let core = "The figure belongs to one kernel (peridynamics) on one GPU against one CPU thread"
    guard let steps = ladder.value else {
      return "\(ladder.publishedAlone)\(core); against OpenMP it was 100x."
    }
    let gain = Text.times(steps.wholeGain)
    guard steps.wholeGain >= R.peridynamicsSerial.value.value else {
      return "\(core); here the choice of baseline alone gives \(gain)."
    }
    return "\(core); here the choice of baseline alone gives as much, without a GPU: \(gain)."
  }
}
