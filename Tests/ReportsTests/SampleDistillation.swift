import Foundation
import Machine
import Quantities
import Results

/// A session with everything in it: five seeds, three sizes, no meter for one model, a draft that failed.
func sampleDistillation() -> DistillRecord {
  let origin = RunOrigin(
    toolVersion: "1.0", commit: .measured(Commit(hash: "3aa7dc8", dirty: false)),
    buildConfiguration: "release", suite: "distill", started: Date(timeIntervalSince1970: 1_795_285_800))
  var settings = DistillSettings(
    loss: "logits", temperature: 2, mix: 0.9, seeds: [1, 2, 3], sizes: ["w32", "w16", "w48"])
  (settings.studentTokens, settings.teacherTokens) = (400_000, 2_000_000)
  (settings.batch, settings.window, settings.threads) = (16, 64, 2)
  settings.details = ["learning rate": "0.003"]
  var record = DistillRecord(
    origin: origin, machine: emptyRecord().machine, settings: settings,
    corpus: DistillCorpus(name: "formal language", vocabulary: 64, entropyPerToken: .measured(1.4567)))
  record.models = [sampleTeacher()]
  for seed in [1, 2, 3] as [UInt64] {
    for (role, loss) in [(TrainedModelRecord.Role.labels, 0.08), (.distilled, 0.06), (.equalFLOPs, 0.05)] {
      record.models.append(
        sampleStudent("w32", role, seed: seed, loss: loss * (1 + 0.02 * Double(seed * seed))))
    }
  }
  record.models.append(sampleStudent("w16", .distilled, seed: 1, loss: 0.2))
  record.models.append(sampleStudent("w48", .distilled, seed: 1, loss: 0.04))
  record.speculation = sampleSpeculation()
  record.wallTime = Seconds(171)
  record.notes = ["Energy is a proxy, not measured: no meter here|there"]
  record.validity = Validity(.valid)
  return record
}

private func sampleTeacher() -> TrainedModelRecord {
  var quality = QualityRecord(tokens: 8192, crossEntropy: 1.48, tasks: tasks(96))
  (quality.floor, quality.aboveFloor) = (.measured(1.4601), .measured(0.02))
  var model = TrainedModelRecord(
    id: "teacher", role: .teacher, size: "teacher", seed: 1, start: "fresh", quality: quality)
  describe(&model, parameters: 351_264, training: 2_000_000, perSecond: 21_000)
  return model
}

private func sampleStudent(_ size: String, _ role: TrainedModelRecord.Role, seed: UInt64, loss: Double)
  -> TrainedModelRecord
{
  var quality = QualityRecord(tokens: 8192, crossEntropy: 1.4601 + loss, tasks: tasks(60))
  (quality.floor, quality.aboveFloor) = (.measured(1.4601), .measured(loss))
  (quality.teacherDivergence, quality.sameTop) = (.measured(loss * 0.9), .measured(0.9 - loss))
  var model = TrainedModelRecord(
    id: "\(size).\(role.rawValue).s\(seed)", role: role, size: size, seed: seed, start: "fresh",
    quality: quality)
  let width = Int(size.dropFirst()) ?? 0
  describe(&model, parameters: 1200 * width, training: 400_000, perSecond: 90_000)
  if role != .distilled || seed != 1 { model.speed = .missing(reason: "another of its size was timed") }
  return model
}

private func describe(
  _ model: inout TrainedModelRecord, parameters: Int, training tokens: Int, perSecond: Double
) {
  (model.parameters, model.shape) = (parameters, ["width": 32, "layers": 3])
  (model.bytesPerToken, model.flopsPerToken) = (Bytes(4 * parameters), FLOPs(2 * parameters))
  let time = Seconds(Double(tokens) / perSecond)
  var training = TrainingRecord(
    tokens: tokens, time: time, flops: FLOPs(6 * parameters * tokens),
    teacherFLOPs: model.role == .distilled ? FLOPs(2 * 351_264 * tokens) : .zero)
  let end = model.quality.crossEntropy
  training.curve = (1...4).map {
    CurvePoint(
      tokens: tokens * $0 / 4, time: time * (Double($0) / 4), crossEntropy: end + 0.2 * Double(4 - $0))
  }
  let origin = EnergyOrigin(source: "tdp", boundary: "socket", tier: "proxy")
  training.energy =
    model.role == .equalFLOPs
    ? .missing(reason: "the meter stood still; try again")
    : .measured(
      EnergyTotal(
        origin: origin, low: Joules(10 * time.value), central: Joules(14 * time.value),
        high: Joules(20 * time.value), assumptions: ["a desktop's package draws 5 W for each busy core"]))
  model.training = .measured(training)
  func figure(_ value: Double) -> Figure {
    Figure(value: value, low: value * 0.98, high: value * 1.02, confidence: 0.97)
  }
  let speed = 4e9 / Double(parameters)
  model.speed = .measured(ModelSpeed(prefill: figure(10 * speed), decode: figure(speed), format: "f32"))
}

private func tasks(_ right: Int) -> [TaskScore] {
  ["arithmetic", "copying", "agreement"].map { TaskScore(name: $0, right: right, asked: 100) }
}

private func sampleSpeculation() -> [SpeculationRecord] {
  [("w32.distilled.s1", 0.81), ("w32.labels.s1", 0.74)].map { draft, share in
    var row = SpeculationRecord(draft: draft, guesses: 4, temperature: 0)
    (row.acceptance, row.tokensPerPass) = (.measured(share), .measured(1 + 3.4 * share))
    row.speedUp =
      share > 0.8
      ? .measured(Figure(value: 1.31, low: 1.27, high: 1.34, confidence: 0.97))
      : .missing(reason: "w32.labels.s1: the text differs from the teacher's")
    return row
  }
}
