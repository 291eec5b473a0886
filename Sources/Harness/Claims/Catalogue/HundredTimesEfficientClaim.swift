import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Efficiency has a unit: parameters stored and parameters at work differ 18-fold in the teacher.
  static let hundredTimesEfficient = Claim(
    "K10", "China open-sourced models 100x more efficient at 90% of the performance", source: Document.talk,
    by: Method(
      "a student and its teacher: accuracy against operations for a token",
      formula: "student ÷ teacher of the scores; teacher ÷ student of parameters at work and stored")
  ) { evidence in
    let best = DistilledModel.all.filter { ($0.shares.min() ?? 0) >= 0.9 }
    let (verdict, why) = weigh(best)
    return Judgement(
      verdict, because: why, scores + [summary(best), bound(evidence), ownStudent(evidence)],
      from: [R.r1Active, R.r1Stored, DistilledScores()]
    ).with(
      today: evidence.distillation.map {
        TodayValue(
          Multiple($0.fewerFLOPs),
          "fewer operations at \(Text.percent($0.accuracyShare)) of the accuracy, toy size")
      },
      published: "96x [D] fewer stored weights and 5.3x [D] less work for a token, at 95 % of MATH-500 [P]")
  }

  private struct DistilledScores: Sourced {
    let text = "scores [P]"
    let source = DistilledModel.source
  }

  private static var scores: [String] {
    let head =
      "R1: \(R.r1Active.text) at work for a token, \(R.r1Stored.text) stored; its students, scores "
      + "[P] as shares of R1's:"
    let rows = DistilledModel.all.map { model in
      let shares = zip(DistilledModel.benchmarks, model.shares)
        .map { "\(Text.percent($1)) \($0)" }.joined(separator: ", ")
      return "\(model.name): \(Text.times(model.fewerActive)) fewer at work, "
        + "\(Text.times(model.fewerStored)) fewer stored; \(shares) [D]"
    }
    return [head] + rows
  }

  private static func summary(_ best: [DistilledModel]) -> String {
    let close = DistilledModel.all.filter { $0.shares[1] >= 0.9 }.map(\.fewerActive).max() ?? 0
    return "At 90 % on all four: \(best.isEmpty ? "none" : best.map(\.name).joined(separator: ", ")); "
      + "at 90 % on the easiest (MATH): \(Text.times(close)) [D] fewer at work, not 100x"
  }

  private static func bound(_ evidence: Evidence) -> String {
    evidence.decode.line(or: "The teacher's work for a token, in today's terms") {
      "\(Text.name($0.model)): \(Text.of($0.speed)) here; R1 in this format, given the memory: "
        + "\(R.r1Active.text) at work, "
        + "\(Text.times(R.r1Active.value / $0.parameters)) as many, so "
        + "\(Text.of($0.speed * ($0.parameters / R.r1Active.value)))"
    }
  }

  private static func ownStudent(_ evidence: Evidence) -> String {
    evidence.distillation.line(or: "A student trained here") {
      "A student trained here, toy size: \(Text.percent($0.accuracyShare)) of the teacher's accuracy at "
        + $0.savings
    }
  }

  private static func weigh(_ best: [DistilledModel]) -> (Verdict, String) {
    let lead = "Published figures alone decide this. "
    if best.contains(where: { $0.fewerActive >= 100 }) {
      return (.supported, lead + "A student with 100x less work for each token keeps 90 % on all four.")
    }
    return (
      .overstated,
      lead
        + "Of six published students of DeepSeek-R1 none keeps 90 % of its scores on all four benchmarks. '100x at 90 %' "
        + "nearly comes true in one way only: for stored weights (96x), on the easiest benchmark. For the work of a token, which "
        + "is what electricity pays for, the best student at 90 % of that benchmark is 5.3x cheaper than its teacher."
    )
  }
}
