import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Hours of a machine scale as 1 ÷ efficiency, whatever the machine.
  static let systemOptimisation = Claim(
    "K21", "On an inefficient system a trillion-parameter model needs a terrifying number of GPUs",
    source: Document.gatePost,
    by: Method(
      "share of the arithmetic peak that naive and tuned code reach on one matrix product",
      formula: "machine-hours = FLOP ÷ (peak × share): hours scale as 1 ÷ share")
  ) { evidence in
    let shares = evidence.ladder.combined(with: evidence.peakAllThreads) { ladder, peak in
      [ladder.naiveRate / peak, ladder.bestRate / peak].map(Text.percent)
    }
    return Judgement(
      .supported, because: because(evidence.ladder),
      [
        shares.line(or: "Shares of the peak") {
          "One matrix product here: naive \($0[0]) of the arithmetic peak of all threads, tuned "
            + $0[1]
        },
        evidence.ladder.line(or: "Hours of the naive program") {
          "The same work takes the naive program \(Text.times($0.wholeGain)) as many machine-hours"
        },
        "DeepSeek-V3's run reached \(Text.percent(trainingRate / R.h100Arithmetic.value)) [D] of "
          + "\(R.h100Arithmetic.text) dense BF16; at a tenth of that it would have taken ten times "
          + R.pretrainingHours.text,
      ], from: [R.h100Arithmetic, R.pretrainingHours]
    ).with(
      today: evidence.ladder.map { $0.wholeToday("naive over tuned time, one product") },
      published: "\(Text.percent(trainingRate / R.h100Arithmetic.value)) [D] of peak in DeepSeek-V3's run")
  }

  private static func because(_ ladder: Reading<LadderEvidence>) -> String {
    let core =
      "The mechanism is sound: the hours that a model costs are its operations divided by what the system reaches, so a "
      + "program at a tenth of the efficiency needs ten times the processors. "
    let rest =
      " That scarcity was what forced Chinese engineers to optimise is history, and is not judged here."
    guard let steps = ladder.value else { return ladder.publishedAlone + core + rest }
    return core
      + "Here a plainly written matrix product takes \(Text.times(steps.wholeGain)) the time of a tuned one."
      + rest
  }
}
