import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// No kernel here runs on the chip, and its published figures disagree: arithmetic only.
  static let ascendValue = Claim(
    "K6", "Huawei's Ascend 910B is 5% behind Nvidia's AI products and 70% cheaper",
    source: Document.techCatwalk,
    by: Method(
      "no kernel here runs on an Ascend: published peaks and bandwidth are set side by side",
      formula: "0.95 ÷ 0.30 = performance for each dollar that the claim implies")
  ) { evidence in
    Judgement(
      .undecided,
      because:
        "The claim implies 3.2 times the performance for each dollar. No kernel here runs on an Ascend, its published "
        + "figures disagree by up to threefold, and no price with a source was found. Set beside an A100, its arithmetic "
        + "may be equal and its bandwidth is between a fifth and three fifths; Huawei itself spoke of 80 % of an A100 in "
        + "training. Beside an H100, 5 % behind is out of reach of every published figure.",
      [implied, conflict, arithmetic, memory, training, decodeBound(evidence)],
      from: [
        R.ascendArithmetic, R.ascendBandwidth, R.ascendPower, R.a100Arithmetic, R.h100Arithmetic,
        R.a100Bandwidth, R.h100Bandwidth, R.ascendTrainingShare,
      ]
    ).with(
      today: .missing(reason: "no Ascend is measured here"),
      published: "\(R.ascendArithmetic.text) against \(R.a100Arithmetic.text) of an A100")
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
