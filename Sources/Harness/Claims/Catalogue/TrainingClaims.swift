import Hardware
import Quantities

private typealias R = ReferenceFigures

/// What a model costs to train, and what a teacher or more arithmetic buys.
extension Claim {
  static let lessComputeAndData = Claim(
    "K7", "The new models use less computing power and less data", source: Document.techCatwalk,
    by: Method(
      "operations and joules for a token, and tokens of training, of a student and its teacher",
      formula: "FLOP for a token = 2 × parameters at work; training FLOP = 6 × parameters at work × tokens")
  ) { evidence in
    Judgement(
      .undecided,
      because:
        "Less than what? No model is named to compare with. DeepSeek's large model puts 37 of its 671 billion parameters "
        + "to work on a token, 18 times fewer than a dense model of its size would, and was trained on 14.8 trillion "
        + "tokens, which is not little. Its answers became longer with reasoning, and energy follows their length. "
        + "Whether a student needs less data has not been measured here.",
      [
        "For a token: \(R.r1Active.text) at work of \(R.r1Stored.text) stored, "
          + "\(Text.times(R.r1Stored.value / R.r1Active.value)) [D] fewer",
        "Training: 6 × \(R.r1Active.text) × \(R.trainingTokens.text) = \(Text.of(trainingWork)) [D]",
        "Answers of V3 before and after R1's distillation: \(R.answerBefore.text) to \(R.answerAfter.text), "
          + "\(Text.times(R.answerAfter.value / R.answerBefore.value)) [D] the tokens, and so the energy, of an answer",
        ownStudent(evidence),
      ], from: [R.r1Active, R.r1Stored, R.trainingTokens, R.answerBefore, R.answerAfter]
    ).with(
      today: evidence.distillation.map {
        TodayValue(Multiple($0.fewerFLOPs), "fewer operations for a token, student against teacher, toy size")
      },
      published: "\(R.r1Active.text) at work, \(R.trainingTokens.text) of training")
  }

  private static func ownStudent(_ evidence: Evidence) -> String {
    evidence.distillation.line(or: "Student and teacher trained here") {
      "Student and teacher trained here, toy size: \($0.savings) at \(Text.percent($0.accuracyShare)) of the accuracy"
    }
  }

  static let savedBillions = Claim(
    "K13", "Replicating others' models saves hundreds of billions of dollars", source: Document.talk,
    by: Method(
      "nothing that decides it; the published cost of one training run is set beside the sum",
      formula: "$100 billion ÷ rent of the final run")
  ) { _ in
    let runs = 1e11 / R.trainingRent.value.value
    return Judgement(
      .notTestable,
      because:
        "No source was found for what is said to be saved. For scale: a hundred billion dollars is the assumed rent of "
        + "some 18,000 final runs of DeepSeek-V3, or sixty times what an outside estimate says its servers cost.",
      [
        "$100 billion ÷ \(R.trainingRent.text) = \(Text.about(runs)) [D] final runs",
        "$100 billion ÷ \(R.serverCapital.text) of servers = "
          + "\(Text.times(1e11 / R.serverCapital.value.value)) [D]",
      ], from: [R.trainingRent, R.serverCapital])
  }

  static let distillationExplains = Claim(
    "K15", "Distillation explains part of Chinese models' strength; without it the gap would be larger",
    source: Document.time,
    by: Method(
      "the same student on the same tokens, from labels and from a teacher's logits",
      formula: "difference of the losses; training FLOP to one loss")
  ) { evidence in
    Judgement(
      .undecided, because: explains(evidence.distillation),
      [
        "Qwen2.5-32B, reinforcement learning alone: AIME \(R.zeroAIME.text); distilled from R1: "
          + "\(R.distilledAIME.text), \(Text.plain(R.distilledAIME.value.value - R.zeroAIME.value.value)) [D] points more",
        evidence.distillation.line(or: "Labels against a teacher, here") {
          "Labels against a teacher, here, toy size: loss \(Text.plain($0.lossFromLabels)) and "
            + Text.plain($0.lossFromTeacher) + $0.gainInterval
        },
      ], from: [R.zeroAIME, R.distilledAIME]
    ).with(
      today: evidence.distillation.map {
        TodayValue(
          Multiple($0.lossFromTeacher / $0.lossFromLabels),
          "loss from a teacher over loss from labels, toy size")
      },
      published: "AIME \(R.distilledAIME.text) distilled, \(R.zeroAIME.text) without, one base model")
  }

  private static func explains(_ found: Reading<DistillationEvidence>) -> String {
    let core =
      "That distillation helps is published: one base model of 32 billion parameters scores 47 on AIME by reinforcement "
      + "learning alone and 72.6 when it learns from DeepSeek-R1. But the teacher there is DeepSeek's own. Whether Chinese "
      + "models learned from American ones is what the claim is about, and no measurement of a model's speed or loss "
      + "shows it."
    guard let found = found.value else { return core }
    return "\(core) Here, at toy size, a teacher \(found.helped)."
  }

  static let computeDrives = Claim(
    "K17", "Computing power is the biggest driver of AI progress", source: Document.time,
    by: Method("loss of toy models against their training operations", formula: "loss per tenfold FLOP")
  ) { evidence in
    Judgement(
      .undecided,
      because:
        "To call computing power the biggest driver one has to hold it against the others: data, algorithms, people. "
        + "Loss against operations of training shows one of them only. "
        + (evidence.distillation.value == nil
          ? "That has not been measured here either."
          : "At toy size it falls with operations, as everywhere; the comparison is still missing."),
      [
        evidence.distillation.line(or: "Loss against training operations") {
          "Ten times the training operations lower the loss by \(Text.plain($0.gainPerDecade)) here, toy size"
        }
      ], from: []
    ).with(
      today: evidence.distillation.map {
        TodayValue(Count($0.gainPerDecade), "less loss for ten times the operations, toy size")
      }, published: "none with a source")
  }
}
