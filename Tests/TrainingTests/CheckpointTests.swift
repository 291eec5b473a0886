import Foundation
import Kernels
import Model
import Testing

@testable import Training

@Suite struct CheckpointTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "training-\(UUID().uuidString)")
  private let config = Setup.config(tied: true, bias: true)

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func trainer(seed: UInt64 = 3, steps: Int = 100) throws -> Trainer {
    let model = try TrainableModel(config: config, seed: seed)
    return Trainer(model, kernels: try Setup.kernels(), options: Setup.options(steps: steps))
  }

  private func train(_ trainer: Trainer, to end: Int) throws -> [Double] {
    try (trainer.steps..<end).map { step in
      let batch = Setup.batch(config, sequences: 2, length: 9, seed: UInt64(step))
      return try trainer.step(batch, loss: CrossEntropy(batch)).loss
    }
  }

  @Test func aResumedRunHasTheSameBits() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try trainer(), first = try trainer(), second = try trainer(seed: 99)
    let losses = try train(whole, to: 9)
    _ = try train(first, to: 4)
    try first.save(to: path("run"), state: [1, .max, 7])
    #expect(try second.restore(from: path("run")) == [1, .max, 7])
    #expect(second.steps == 4)
    #expect(try train(second, to: 9) == Array(losses[4...]))
    #expect(second.model.parameters.elementsEqual(whole.model.parameters))
    #expect(second.optimiser.first.elementsEqual(whole.optimiser.first))
    #expect(second.optimiser.second.elementsEqual(whole.optimiser.second))
  }

  /// Wherever a file ends too early it is refused, and nothing has changed.
  @Test func damagedFilesAreRefused() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try trainer()
    _ = try train(first, to: 2)
    try first.save(to: path("run"))
    let bytes = try Data(contentsOf: URL(filePath: path("run")))
    let second = try trainer(seed: 8), before = Array(second.model.parameters)
    for end in [0, 3, 100, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(end).write(to: URL(filePath: path("cut")))
      #expect(throws: TrainingError.self) { try second.restore(from: path("cut")) }
    }
    #expect(second.model.parameters.elementsEqual(before) && second.steps == 0)
  }

  @Test func anotherRunsCheckpointIsRefused() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try trainer().save(to: path("run"))
    let options = #expect(throws: TrainingError.self) { try trainer(steps: 50).restore(from: path("run")) }
    #expect(options?.description.contains("other options") == true)
    let other = Trainer(
      try TrainableModel(config: Setup.config(layers: 1), seed: 1), kernels: try Setup.kernels(),
      options: Setup.options())
    let shape = #expect(throws: TrainingError.self) { try other.restore(from: path("run")) }
    #expect(shape?.description.contains("another model") == true)
  }

  /// What was there stays where a write fails.
  @Test func aFailedWriteLeavesTheLastOne() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let trainer = try trainer()
    try trainer.save(to: path("run"))
    _ = try train(trainer, to: 2)
    let error = #expect(throws: TrainingError.self) { try trainer.save(to: path("none/run")) }
    #expect(error?.description.contains("no such folder") == true)
    #expect(throws: TrainingError.self) { try trainer.save(to: path("")) }
    try trainer.restore(from: path("run"))
    #expect(trainer.steps == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run"])
  }

  /// The file of a trained model gives inference the logits of training.
  @Test func savedModelsRun() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let trainer = try trainer()
    _ = try train(trainer, to: 3)
    try trainer.model.write(to: path("model.gguf"), name: "tiny")
    let provider = try GGUFWeights(file: GGUFFile(path: path("model.gguf")))
    #expect(provider.config == config)
    let read = try TrainableModel(provider)
    #expect(read.parameters.elementsEqual(trainer.model.parameters))
    let batch = Setup.batch(config, sequences: 1, length: 8)
    let transformer = Transformer(
      weights: try ModelWeights(provider, kernels: trainer.kernels), kernels: trainer.kernels, context: 8)
    let expected = try transformer.forward(batch.inputs.map { Int($0) }, logits: .all)
    let seen = LogitsRecorder(rows: batch.rows, vocabulary: config.vocabulary)
    _ = try Evaluator(trainer.model, kernels: trainer.kernels).evaluate(batch, loss: seen)
    let size = expected.reduce(0) { max($0, abs($1)) }
    for i in expected.indices { #expect(abs(expected[i] - seen.logits[i]) <= 1e-4 * size) }
  }
}

/// Keeps what a loss is given.
private final class LogitsRecorder: Loss, @unchecked Sendable {
  let logits: UnsafeMutableBufferPointer<Float>
  init(rows: Int, vocabulary: Int) { logits = .allocate(capacity: rows * vocabulary) }
  deinit { logits.deallocate() }

  func evaluate(_ rows: LossRows) -> Double {
    for r in rows.rows {
      for (i, x) in rows[r].enumerated() { logits[r * rows.vocabulary + i] = x }
    }
    return 0
  }
}
