import Judgement
import Quantities
import Results

/// Models of one size and kind: a row of the tables. Figures are means over seeds.
private struct DistillGroup {
  let name: String
  let models: [TrainedModelRecord]

  var first: TrainedModelRecord { models[0] }

  /// The mean over all models; the reason where one of them lacks it.
  func mean(_ value: (TrainedModelRecord) -> Reading<Double>) -> Reading<Double> {
    let sum = models.reduce(Reading.measured(0.0)) { $0.combined(with: value($1)) { $0 + $1 } }
    return sum.map { $0 / Double(models.count) }
  }

  func text(_ decimals: Int, _ value: (TrainedModelRecord) -> Reading<Double>) -> String {
    mean(value).value.map { Format.fixed($0, decimals) } ?? NumberText.none
  }

  func share(_ value: (TrainedModelRecord) -> Reading<Double>) -> String {
    NumberText.percent(mean(value).value)
  }
}

extension TrainedModelRecord.Role {
  fileprivate var words: String {
    switch self {
    case .teacher: "teacher"
    case .labels: "labels"
    case .distilled: "distilled"
    case .equalFLOPs: "labels, = FLOP"
    }
  }
}

extension DistillRecord {
  private var groups: [DistillGroup] {
    let teachers = models.filter { $0.role == .teacher }
    let students = settings.sizes.flatMap { size in
      [TrainedModelRecord.Role.labels, .distilled, .equalFLOPs].map { role in
        DistillGroup(name: "\(size) \(role.words)", models: self.students(size, role))
      }
    }
    return ([DistillGroup(name: "teacher", models: teachers)] + students).filter { !$0.models.isEmpty }
  }

  /// What each size is.
  var sizePart: DistillPart? {
    let shown =
      [teacher].compactMap(\.self)
      + settings.sizes.compactMap { size in
        models.first { $0.size == size }
      }
    guard !shown.isEmpty else { return nil }
    var part = DistillPart(title: "Models")
    part.columns = ["size", "layers", "width", "parameters", "bytes per token", "FLOP per token", "start"]
    part.rows = shown.map { model in
      func text(_ name: String) -> String { model.shape[name].map(String.init) ?? NumberText.none }
      return [
        model.size, text("layers"), text("width"), NumberText.amount(model.parameters),
        Format.si(model.bytesPerToken), Format.si(model.flopsPerToken), model.start,
      ]
    }
    return part
  }

  var qualityPart: DistillPart? {
    guard let first = models.first else { return nil }
    let tasks = first.quality.tasks.map(\.name)
    var part = DistillPart(title: "Quality on held-out text in nats per token, and answers that are right")
    part.columns = ["model", "cross-|entropy", "above|floor", "KL to|teacher", "same|top"] + tasks
    part.rows = groups.map { group in
      [
        group.name, group.text(4) { .measured($0.quality.crossEntropy) },
        group.text(4) { $0.quality.aboveFloor }, group.text(4) { $0.quality.teacherDivergence },
        group.share { $0.quality.sameTop },
      ] + tasks.map { name in group.share { $0.score(name) } }
    }
    if let floor = first.quality.floor.value {
      part.lines.append(
        "above floor: KL divergence from the corpus' own probabilities, which need \(Format.fixed(floor, 4)) nats for "
          + "these \(NumberText.amount(first.quality.tokens)) tokens.")
    }
    part.lines.append("Means over seeds.")
    return part
  }

  var gainPart: DistillPart? {
    guard !gains.isEmpty else { return nil }
    var part = DistillPart(title: "What the teacher's help is worth, in nats per token, paired by seed")
    part.columns = ["student", "against", "gain", "95 % interval", "better in", "verdict"]
    part.rows = gains.map { gain in
      let ends = gain.interval.map {
        "\(Format.fixed($0.lowerBound, 4)) to \(Format.fixed($0.upperBound, 4))"
      }
      return [
        gain.size, gain.rival == .labels ? "labels, = tokens" : "labels, = FLOP",
        Format.fixed(gain.mean, 4), ends ?? NumberText.none, "\(gain.wins) of \(gain.differences.count)",
        gain.verdict.rawValue,
      ]
    }
    part.lines = [
      "Students of a pair share seed, start and tokens; the interval is Student's t over seeds, for this one teacher."
    ]
    if gains.contains(where: { $0.rival == .equalFLOPs }) {
      part.lines.append(
        "= FLOP: labels get as many more tokens as the teacher's passes cost; the teacher's own training is not "
          + "counted.")
    }
    return part
  }

  var costPart: DistillPart? {
    let trained = groups.filter { $0.first.training.value != nil }
    guard !trained.isEmpty else { return nil }
    let target = targetLoss
    var part = DistillPart(title: "Training, and what it takes to the target loss")
    part.columns = [
      "model", "tokens", "time", "tok/s", "FLOP", "energy", "to target|tokens", "to target|time",
      "to target|energy", "to target|$",
    ]
    part.rows = trained.map { costRow($0) }
    if let target {
      part.lines.append(
        "target: \(Format.fixed(target, 4)) nats of cross-entropy on held-out text, where \(settings.sizes[0]) on labels "
          + "ends. The first seed's figures; tok/s and FLOP include the teacher's passes.")
    }
    part.lines += reasons(trained.map { $0.first.training.value?.energy.reason }, "energy")
    if let energy = trained.lazy.compactMap({ $0.first.training.value?.energy.value }).first {
      part.lines.append("energy: \(energy.origin.source), \(energy.origin.boundary), \(energy.origin.tier).")
      part.lines += energy.assumptions.map { "assumed: \($0)" }
    }
    return part
  }

  private func costRow(_ group: DistillGroup) -> [String] {
    guard let training = group.first.training.value else { return [] }
    let cost = cost(of: group.first)
    let speed = Tokens(training.tokens) / training.time
    return [
      group.name, NumberText.amount(training.tokens), NumberText.duration(training.time),
      NumberText.amount(Int(speed.value)), Format.si(training.flops + training.teacherFLOPs),
      training.energy.value.map { Format.si($0.central) } ?? NumberText.none,
      cost.map { NumberText.amount(Int($0.tokens.value)) } ?? "never",
      cost.map { NumberText.duration($0.time) } ?? NumberText.none,
      cost?.joules.value.map { Format.si($0) } ?? NumberText.none,
      cost?.dollars.value.map { Format.significant($0.value, 2) } ?? NumberText.none,
    ]
  }

  var speedPart: DistillPart? {
    let timed = models.compactMap { model in model.speed.value.map { (model, $0) } }
    guard let (_, whole) = timed.first else { return nil }
    var part = DistillPart(title: "In use, one stream, \(whole.format)")
    part.columns = [
      "model", "prefill|tok/s", "decode|tok/s", "decode|× teacher", "FLOP|÷ teacher", "prefill|J/tok",
      "decode|J/tok",
    ]
    part.rows = timed.map { model, speed in
      func joules(_ reading: Reading<EnergyFigure>) -> String {
        reading.value.map { Format.si($0.perToken.central) } ?? NumberText.none
      }
      return [
        model.role == .teacher ? "teacher" : model.size, NumberText.amount(Int(speed.prefill.value)),
        NumberText.amount(Int(speed.decode.value)),
        NumberText.ratio(teacher?.speed.value.map { speed.decode.value / $0.decode.value }),
        NumberText.ratio(teacher.map { $0.flopsPerToken / model.flopsPerToken }),
        joules(speed.prefillEnergy), joules(speed.decodeEnergy),
      ]
    }
    part.lines = reasons(timed.map { $0.1.decodeEnergy.reason }, "J/tok")
    if let figure = timed.lazy.compactMap({ $0.1.decodeEnergy.value }).first {
      part.lines.append("J/tok: \(figure.origin.source), \(figure.origin.boundary), \(figure.origin.tier).")
    }
    return part
  }

  var frontPart: DistillPart? {
    guard !fronts.isEmpty else { return nil }
    var part = DistillPart(
      title: "Quality against cost: " + fronts.map(\.cost.rawValue).joined(separator: ", "))
    part.columns = ["model", "loss"] + fronts.flatMap { [$0.cost.rawValue, "on the front"] }
    part.rows = fronts[0].points.map { point in
      let costs = fronts.flatMap { front -> [String] in
        guard let own = front.points.first(where: { $0.name == point.name }) else { return ["", ""] }
        return [Format.significant(own.cost), own.isOnFront ? "yes" : "no"]
      }
      return [point.name, Format.fixed(point.loss, 4)] + costs
    }
    part.lines = ["Distilled students and their teacher; on the front: nothing as cheap is better."]
    if fronts[0].cost != .joules {
      part.lines.append(
        "By operations and bytes of a token, because no meter told the joules of all of them.")
    }
    return part
  }

  var speculationPart: DistillPart? {
    guard !speculation.isEmpty else { return nil }
    var part = DistillPart(title: "Students as drafts of their teacher (speculative decoding)")
    part.columns = ["draft", "guesses", "temperature", "accepted", "tokens|per pass", "speed", "interval"]
    part.rows = speculation.map { row in
      let figure = row.speedUp.value
      return [
        row.draft, "\(row.guesses)", Format.significant(row.temperature, 2),
        NumberText.percent(row.acceptance.value),
        row.tokensPerPass.value.map { Format.fixed($0, 2) } ?? NumberText.none,
        NumberText.ratio(figure?.value),
        figure.map { "\(Format.fixed($0.low, 2)) – \(Format.fixed($0.high, 2))" } ?? NumberText.none,
      ]
    }
    part.lines = [
      "speed: of the whole text, against the teacher alone, in turn; at temperature 0 the text is the same."
    ]
    part.lines += reasons(speculation.map { $0.speedUp.reason }, "speed")
    return part
  }

  /// Why figures are missing; one reason is told once.
  private func reasons(_ all: [String?], _ subject: String) -> [String] {
    var told: [String] = []
    for reason in all.compactMap(\.self) where !told.contains(reason) { told.append(reason) }
    return told.map { "–  \(subject): \($0)" }
  }
}

extension TrainedModelRecord {
  fileprivate func score(_ name: String) -> Reading<Double> {
    quality.tasks.first { $0.name == name }.map { .measured($0.share) } ?? .missing(reason: "not asked")
  }
}
