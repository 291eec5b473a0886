import Kernels
import Model
import Testing

@testable import Training

/// Gradients of whole models against central differences in double.
@Suite struct ModelGradientTests {
  /// Every parameter's, relative to the largest of its tensor.
  private func fault(
    _ config: ModelConfig, _ set: any KernelSet, gaps: Bool = false,
    _ change: (inout TrainingOptions) -> Void = { _ in }
  )
    throws -> String?
  {
    let model = try Setup.model(config), double = DoubleModel(model)
    let batch = Setup.batch(config, sequences: 3, length: 7, gaps: gaps)
    var parameters = model.parameters.map { Double($0) }
    var options = Setup.options()
    change(&options)
    let trainer = Trainer(model, kernels: set, options: options)
    let report = try trainer.step(batch, loss: CrossEntropy(batch))
    let loss = double.loss(parameters, batch)
    if abs(report.loss - loss) > 1e-5 * loss { return "loss \(report.loss), expected \(loss)" }
    for tensor in model.tensors {
      let slopes = tensor.range.map { i in
        let before = parameters[i], h = 1e-4
        defer { parameters[i] = before }
        parameters[i] = before + h
        let above = double.loss(parameters, batch)
        parameters[i] = before - h
        return (above - double.loss(parameters, batch)) / (2 * h)
      }
      let seen = trainer.gradient(of: tensor.spec.name), size = slopes.reduce(0) { max($0, abs($1)) }
      guard size > 1e-4 else { return "\(tensor.spec.name): no slope" }
      for (i, slope) in slopes.enumerated() where !(abs(Double(seen[i]) - slope) <= 1e-4 * size) {
        return "\(tensor.spec.name) \(i): \(seen[i]), slope \(slope)"
      }
    }
    return nil
  }

  @Test(arguments: ["scalar", "simd"]) func llama(backend: String) throws {
    #expect(try fault(Setup.config(), Setup.kernels(backend)) == nil)
  }

  @Test func headsOfTheirOwnKeysAndRowsThatDoNotCount() throws {
    #expect(try fault(Setup.config(kvHeads: 4), Setup.kernels(threads: 2), gaps: true) == nil)
  }

  @Test func tiedHeadBiasAndHalves() throws {
    let config = Setup.config(architecture: "qwen2", kvHeads: 1, tied: true, bias: true, halves: true)
    #expect(try fault(config, Setup.kernels(threads: 2)) == nil)
  }

  @Test func inPartsAndRecomputed() throws {
    let config = Setup.config(tied: true, bias: true)
    let seen = try fault(config, Setup.kernels(), gaps: true) {
      $0.microBatch = 2
      $0.recomputes = true
    }
    #expect(seen == nil)
  }
}
