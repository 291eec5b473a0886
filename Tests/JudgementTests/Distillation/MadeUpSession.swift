import Costs
import Foundation
import Machine
import Quantities
import Results

/// Sessions with made-up losses.
enum MadeUpSession {
  static func empty(sizes: [String] = ["w32"]) -> DistillRecord {
    let origin = RunOrigin(
      toolVersion: "1.0", commit: .missing(reason: "no git"), buildConfiguration: "release", suite: "distill",
      started: Date(timeIntervalSince1970: 0))
    return DistillRecord(
      origin: origin, machine: MachineFacts.read(root: FileRoot("/nonexistent"), isaLevels: [.baseline]),
      settings: DistillSettings(loss: "logits", temperature: 1, mix: 1, seeds: [1, 2, 3], sizes: sizes),
      corpus: DistillCorpus(name: "made up", vocabulary: 64, entropyPerToken: .measured(1.5)))
  }

  static func model(
    _ role: TrainedModelRecord.Role, _ size: String = "w32", seed: UInt64 = 1, loss: Double,
    flops: Double = 1e3
  ) -> TrainedModelRecord {
    var quality = QualityRecord(tokens: 100, crossEntropy: 1.5 + loss)
    quality.aboveFloor = .measured(loss)
    var model = TrainedModelRecord(
      id: "\(size).\(role.rawValue).s\(seed)", role: role, size: size, seed: seed, start: "fresh",
      quality: quality)
    (model.flopsPerToken, model.bytesPerToken) = (FLOPs(flops), Bytes(2 * flops))
    return model
  }

  /// A training whose loss falls from 3 by 1 for each second, and its joules.
  static func training(seconds: Int, flops: Double) -> TrainingRecord {
    var training = TrainingRecord(
      tokens: seconds * 1000, time: Seconds(Double(seconds)), flops: FLOPs(flops), teacherFLOPs: .zero)
    training.curve = (1...seconds).map {
      CurvePoint(tokens: $0 * 1000, time: Seconds(Double($0)), crossEntropy: 3 - Double($0))
    }
    let origin = EnergyOrigin(source: "made up", boundary: "wall", tier: "measured")
    let joules = Joules(50 * Double(seconds))
    training.energy = .measured(EnergyTotal(origin: origin, low: joules, central: joules, high: joules))
    return training
  }
}
