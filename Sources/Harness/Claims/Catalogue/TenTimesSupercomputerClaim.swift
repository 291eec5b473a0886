import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// A code that starts slowly scales well: self-relative speed-ups are no measure of speed.
  static let tenTimesSupercomputer = Claim(
    "K5", "Researchers with Chinese GPUs beat US supercomputers with Nvidia GPUs by 10x",
    source: Document.techCatwalk
  ) { evidence in
    let (verdict, why) = weigh(evidence.ladder)
    return Judgement(
      verdict, because: why, published + [scaling(evidence)] + sameFinish(evidence.ladder),
      from: [R.tritonNodes, R.hohaiNodes])
  }

  private static var published: [String] {
    let ratio = R.tritonNodes.value / R.hohaiNodes.value
    return [
      "Nodes for a 6x speed-up: \(R.tritonNodes.text) ÷ \(R.hohaiNodes.text) = \(Text.times(ratio)) [D], "
        + "\(Text.percent(1 - 1 / ratio)) [D] fewer: this is the 10x",
      "Each 6x is over the code's own baseline: other code, grid and machine; no times, FLOP/s or "
        + "joules compared",
    ]
  }

  private static func scaling(_ evidence: Evidence) -> String {
    let peaks = evidence.peakOneThread.combined(with: evidence.peakAllThreads) { $1 / $0 }
    let text = peaks.combined(with: evidence.threads) { gain, threads in
      "Arithmetic peak here, all \(threads) threads ÷ one: \(Text.times(gain)), "
        + "\(Text.percent(gain / Double(threads))) parallel efficiency"
    }
    return text.line(or: "Scaling of this machine") { $0 }
  }

  private static func sameFinish(_ ladder: Reading<LadderEvidence>) -> [String] {
    guard let steps = ladder.value else { return [ladder.line(or: "Two baselines, one finish") { _ in "" }] }
    return [
      "One finish here, \(Text.si(steps.bestAllThreads)): a \"\(Text.times(steps.wholeGain)) "
        + "speed-up\" over naive "
        + "code, a \"\(Text.times(steps.threadGain)) speed-up\" over tuned code",
      "\(Text.times(steps.wholeGain)) ÷ \(Text.times(steps.threadGain)) = "
        + "\(Text.times(steps.vectorGain)) between "
        + "two true speed-ups of equal speed",
    ]
  }

  private static func weigh(_ ladder: Reading<LadderEvidence>) -> (Verdict, String) {
    let core =
      "It is a ratio of node counts at equal self-relative speed-up, not of speed; the abstract "
      + "claims no 10x."
    guard let steps = ladder.value else { return (.overstated, ladder.publishedAlone + core) }
    return (
      .overstated, "\(core) Here the baseline alone moves such a figure by \(Text.times(steps.vectorGain))."
    )
  }
}
