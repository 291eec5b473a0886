import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// No kernel here runs on the chip, and its published figures disagree: arithmetic only.
  static let ascendValue = Claim(
    "K6", "Huawei's Ascend 910B is 5% behind Nvidia's AI products and 70% cheaper",
    source: Document.techCatwalk
  ) { evidence in
    Judgement(
      .notTestableHere,
      because:
        "No kernel here runs on an Ascend; its published figures disagree and carry no price to check.",
      [implied, conflict, arithmetic, memory, training, decodeBound(evidence)],
      from: [
        R.ascendArithmetic, R.ascendBandwidth, R.ascendPower, R.a100Arithmetic, R.h100Arithmetic,
        R.a100Bandwidth, R.h100Bandwidth, R.ascendTrainingShare,
      ])
  }

  private static var implied: String {
    "0.95 of the performance ÷ 0.30 of the price = \(Text.times(0.95 / 0.3)) [D] the performance for each $"
  }

  private static var conflict: String {
    "Sources disagree on the 910B: \(R.ascendArithmetic.text), \(R.ascendBandwidth.text), "
      + "\(R.ascendPower.text)"
  }

  private static func share<Q: Quantity>(_ range: SourcedRange<Q>, of figure: SourcedFigure<Q>) -> String {
    "\(figure.text): \(Text.percent(range.low / figure.value)) to "
      + "\(Text.percent(range.high / figure.value)) [D]"
  }

  private static var arithmetic: String {
    "Dense FP16 of the 910B as a share of the A100's \(share(R.ascendArithmetic, of: R.a100Arithmetic)); "
      + "of the H100's \(share(R.ascendArithmetic, of: R.h100Arithmetic))"
  }

  private static var memory: String {
    "Bandwidth of the 910B as a share of the A100's \(share(R.ascendBandwidth, of: R.a100Bandwidth)); "
      + "of the H100's \(share(R.ascendBandwidth, of: R.h100Bandwidth))"
  }

  private static var training: String {
    "Huawei's own figure for LLM training: \(R.ascendTrainingShare.text) of an A100"
  }

  private static func decodeBound(_ evidence: Evidence) -> String {
    evidence.bandwidthShare.line(or: "Which of the two decides decode") {
      "Decode here used \(Text.percent($0)) of read bandwidth, batch 1: the bandwidth row "
        + ($0 >= 0.5 ? "decides such work" : "is not the limit of today's run")
    }
  }
}
