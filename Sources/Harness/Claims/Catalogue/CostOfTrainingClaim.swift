import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// The famous price is that of one run; the arithmetic of the run can be checked, the rest is estimates.
  static let costOfTraining = Claim(
    "K9", "DeepSeek is not the product of billions of research dollars", source: Document.techCatwalk,
    by: Method(
      "arithmetic peak of this machine, as a yardstick for the work of the final run",
      formula: "FLOP = 6 × active parameters × tokens; hours = FLOP ÷ FLOP/s; rent = hours × $/hour")
  ) { evidence in
    Judgement(
      .overstated,
      because:
        "Published figures alone decide this. The final training run of DeepSeek-V3 is put at 2.8 million GPU-hours or "
        + "$5.6 million, and the arithmetic holds: it means 35 % of each processor's peak. But the figure is an assumed "
        + "rent of $2 an hour, leaves out all research before that run, and outside estimates put the servers at "
        + "$1.6 billion.",
      [work, rate, rent, capital, timeHere(evidence), fleet(evidence)],
      from: [
        R.r1Active, R.trainingTokens, R.pretrainingHours, R.h100Arithmetic, R.trainingHours, R.trainingRent,
        R.serverCapital, R.piLinpack,
      ] + (evidence.price.value == nil ? [] : [R.trainingCluster])
    ).with(
      today: evidence.peakAllThreads.map { TodayValue($0, "FP32 peak, all threads") },
      published: "\(Text.si(trainingRate)) [D] for each H800 over the whole run")
  }

  /// Six operations for each active parameter and token: forward pass two, backward pass four.
  static var trainingWork: FLOPs { FLOPs(6 * R.r1Active.value.value * R.trainingTokens.value.value) }
  /// What one H800 kept up, on average, while pre-training.
  static var trainingRate: FLOPsPerSecond { trainingWork / Seconds(R.pretrainingHours.value.value * 3600) }

  private static var work: String {
    "The final run: 6 × \(R.r1Active.text) × \(R.trainingTokens.text) = \(Text.of(trainingWork)) [D]"
  }

  private static var rate: String {
    "÷ \(R.pretrainingHours.text) = \(Text.of(trainingRate)) [D] for each H800, "
      + "\(Text.percent(trainingRate / R.h100Arithmetic.value)) of an H100's "
      + "\(R.h100Arithmetic.text): plausible"
  }

  private static var rent: String {
    "\(R.trainingHours.text) × an assumed $2 = \(R.trainingRent.text), without research that came before"
  }

  private static var capital: String {
    "Servers, an outside estimate: \(R.serverCapital.text), "
      + "\(Text.times(R.serverCapital.value / R.trainingRent.value)) [D] the rent of the final run"
  }

  private static func timeHere(_ evidence: Evidence) -> String {
    func years(_ speed: FLOPsPerSecond) -> String { Text.about((trainingWork / speed).value / 31_557_600) }
    return evidence.peakAllThreads.line(or: "The same work on this machine") {
      "The same work here, at the FP32 peak of \(Text.of($0)): \(years($0)) years; "
        + "on one Pi 5 at \(R.piLinpack.text) FP64: \(years(R.piLinpack.high)) years or more"
    }
  }

  private static func fleet(_ evidence: Evidence) -> String {
    let days = R.trainingHours.value.value / R.trainingCluster.value.value / 24
    let machines = evidence.peakAllThreads.map { trainingWork.value / ($0.value * days * 86_400) }
    let text = machines.combined(with: evidence.price) { count, price in
      "\(R.trainingHours.text) ÷ \(R.trainingCluster.text) H800 = \(Text.plain(days)) days [D]; as "
        + "fast with this "
        + "machine: \(Text.about(count)) of them, $\(Text.about((price * count).value))"
    }
    return text.line(or: "As many of this machine as would match") { $0 }
  }
}
