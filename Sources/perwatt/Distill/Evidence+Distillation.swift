import Claims
import Judgement
import Quantities
import Results

extension Evidence {
  /// What the newest valid distillation session that can say it found: one with a teacher that solves tasks. It stays
  /// missing where none is stored.
  mutating func addDistillation(in results: String?, machine: String) {
    guard let results else { return }
    let readings = ResultsStore(folder: results).distillations(of: machine).map {
      DistillationEvidence.reading($0.record, $0.path)
    }
    if let reading = readings.first(where: { $0.value != nil }) ?? readings.first { distillation = reading }
  }
}

extension DistillationEvidence {
  /// The students of the first size, means over seeds.
  static func reading(_ record: DistillRecord, _ path: String) -> Reading<DistillationEvidence> {
    let size = record.settings.sizes.first ?? ""
    let (labels, distilled) = (record.students(size, .labels), record.students(size, .distilled))
    guard let teacher = record.teacher, let student = distilled.first, !labels.isEmpty else {
      return .missing(reason: "\(path) has no teacher with students of both kinds")
    }
    guard let right = accuracy([teacher]), right > 0, let kept = accuracy(distilled) else {
      return .missing(reason: "\(path) has no tasks that its teacher solves")
    }
    guard let slope = record.gainPerDecade else {
      return .missing(reason: "\(path) has trainings of one length only")
    }
    var evidence = DistillationEvidence(
      accuracyShare: kept / right, fewerFLOPs: teacher.flopsPerToken / student.flopsPerToken,
      losses: (meanLoss(labels), meanLoss(distilled)), gainPerDecade: slope)
    evidence.fewerBytes = teacher.bytesPerToken / student.bytesPerToken
    evidence.fewerJoules = fewerJoules(teacher, student)
    if let gain = record.gains.first(where: { $0.size == size && $0.rival == .labels }),
      let ends = gain.interval
    {
      (evidence.gainLow, evidence.gainHigh) = (ends.lowerBound, ends.upperBound)
      evidence.seeds = gain.differences.count
    }
    return .measured(evidence)
  }

  private static func meanLoss(_ models: [TrainedModelRecord]) -> Double {
    models.reduce(0) { $0 + $1.quality.crossEntropy } / Double(models.count)
  }

  /// The share of right answers, all tasks alike; nil without tasks.
  private static func accuracy(_ models: [TrainedModelRecord]) -> Double? {
    let shares = models.flatMap { $0.quality.tasks.map(\.share) }
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }

  /// Only of figures that a meter told at one boundary.
  private static func fewerJoules(_ teacher: TrainedModelRecord, _ student: TrainedModelRecord) -> Double? {
    guard let large = teacher.speed.value?.decodeEnergy.value,
      let small = student.speed.value?.decodeEnergy.value,
      large.origin == small.origin, large.origin.tier != "proxy"
    else { return nil }
    return large.perToken.central / small.perToken.central
  }
}
