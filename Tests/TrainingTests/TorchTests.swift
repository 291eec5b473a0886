import Kernels
import Model
import Statistics
import Testing

@testable import Training

/// The same models, data and recipe as in PyTorch.
@Suite struct TorchTests {
  /// Tokens start + t · stride modulo the vocabulary.
  private func lines(_ random: inout SeededGenerator, _ sequences: Int, _ length: Int, _ vocabulary: Int)
    -> TokenBatch
  {
    TokenBatch(
      windows: (0..<sequences).map { _ in
        let start = random.index(below: vocabulary), stride = 1 + random.index(below: 5)
        return (0...length).map { Int32((start + $0 * stride) % vocabulary) }
      })
  }

  @Test func gradients() throws {
    let fixture = try TorchFixture.load()
    #expect(fixture.models.count == 2)
    for expected in fixture.models {
      let config = expected.shape.config
      let model = try TrainableModel(config: config, seed: expected.seed)
      for tensor in model.tensors where tensor.spec.isMatrix {
        for i in tensor.range { model.parameters[i] *= 10 }
      }
      var random = SeededGenerator(seed: expected.seed + 1)
      let batch = lines(&random, 3, 7, config.vocabulary)
      let trainer = Trainer(model, kernels: try Setup.kernels(), options: Setup.options())
      let report = try trainer.step(batch, loss: CrossEntropy(batch))
      #expect(abs(report.loss - expected.loss) < 1e-5)
      #expect(Set(expected.gradients.keys) == Set(model.tensors.map { $0.spec.name }))
      for (name, gradient) in expected.gradients {
        let seen = trainer.gradient(of: name), size = gradient.reduce(0) { max($0, abs($1)) }
        let worst = zip(seen, gradient).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        #expect(
          seen.count == gradient.count && worst <= 1e-4 * size, "\(expected.name), \(name): \(worst / size)")
      }
    }
  }

  @Test func lossCurveOf200Steps() throws {
    let expected = try TorchFixture.load().curve, config = expected.shape.config
    #expect(expected.losses.count == 200 && expected.losses.last! < 0.5 * expected.losses[0])
    var options = TrainingOptions(schedule: LearningRateSchedule(peak: 3e-3, warmup: 20, steps: 200))
    options.clip = 1
    let model = try TrainableModel(config: config, seed: expected.seed)
    let trainer = Trainer(model, kernels: try Setup.kernels(threads: 2), options: options)
    var random = SeededGenerator(seed: expected.data_seed)
    for step in 0..<200 {
      let batch = lines(&random, 8, 32, config.vocabulary)
      let report = try trainer.step(batch, loss: CrossEntropy(batch))
      let (loss, norm) = (expected.losses[step], expected.norms[step])
      #expect(abs(report.loss - loss) <= 0.01 * loss, "step \(step): \(report.loss), PyTorch \(loss)")
      if step < 10 { #expect(abs(report.gradientNorm - norm) <= 1e-3 * norm) }
    }
  }
}
