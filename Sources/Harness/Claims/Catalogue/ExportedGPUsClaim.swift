import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// A forecast of trade cannot be measured; its size in FLOP/s and watts can be put beside a machine.
  static let exportedGPUs = Claim(
    "K18", "An export rule could give China 890,000 H200s, more than twice what its makers build in 2026",
    source: Document.time,
    by: Method(
      "arithmetic peak of this machine, as a yardstick", formula: "890,000 × FLOP/s and × W of one H200")
  ) { evidence in
    let arithmetic = R.h200Arithmetic.value * claimedGPUs
    return Judgement(
      .notTestable,
      because:
        "How many processors a rule will let through is a forecast. Its size can be worked out: 890,000 H200s are "
        + "0.88 zettaFLOP/s of dense BF16 and 0.62 gigawatt before servers and cooling. Where the number and the 'twice' "
        + "come from was not found.",
      [
        "890,000 (as claimed) × \(R.h200Arithmetic.text) dense BF16 = \(Text.of(arithmetic)) [D]",
        "890,000 (as claimed) × \(R.h200Power.text) = \(Text.si(R.h200Power.value * claimedGPUs)) [D], "
          + "without servers and cooling",
        inMachines(evidence, arithmetic),
      ], from: [R.h200Arithmetic, R.h200Power]
    ).with(
      today: evidence.peakAllThreads.map { TodayValue($0, "FP32 peak, all threads") },
      published: "\(R.h200Arithmetic.text) dense BF16 of one H200")
  }

  private static let claimedGPUs = 890_000.0

  private static func inMachines(_ evidence: Evidence, _ arithmetic: FLOPsPerSecond) -> String {
    evidence.peakAllThreads.line(or: "The same in machines like this one") {
      "÷ \(Text.of($0)), FP32 peak of this machine = \(Text.about(arithmetic / $0)) machines "
        + "(peaks of different precisions: a size, not a speed)"
    }
  }
}
