import Kernels
import Model
import Testing

@testable import Training

@Suite struct FailureTests {
  private let config = Setup.config()

  private func message(rate: Double = 1e-3, steps: Int = 1, _ prepare: (TrainableModel) -> Void) throws
    -> String
  {
    let model = try TrainableModel(config: config, seed: 3)
    let trainer = Trainer(model, kernels: try Setup.kernels(), options: Setup.options(rate: rate))
    let batch = Setup.batch(config, sequences: 2, length: 6)
    prepare(model)
    let before = model.parameters.map(\.bitPattern)
    do {
      for _ in 0..<steps { try trainer.step(batch, loss: CrossEntropy(batch)) }
    } catch {
      if trainer.steps == 0 { #expect(model.parameters.map(\.bitPattern) == before) }
      return "\(error)"
    }
    return "no error"
  }

  @Test func aParameterThatIsNotANumber() throws {
    let text = try message { $0["blk.1.ffn_up.weight"][3] = .nan }
    #expect(text.hasPrefix("step 0: loss is nan, first in the parameters 'blk.1.ffn_up.weight'"))
  }

  @Test func anActivationThatOverflows() throws {
    let text = try message { model in for i in 0..<40 { model["blk.1.ffn_up.weight"][i] = 3e38 } }
    #expect(
      text.contains("step 0") && text.contains("first in the output of 'blk.1.ffn_gate.weight'"), "\(text)")
  }

  @Test func aLossThatExplodes() throws {
    let text = try message(rate: 1e4, steps: 50) { _ in }
    #expect(text.contains("step ") && (text.contains("explodes") || text.contains("first in")), "\(text)")
  }

  @Test func batchesThatDoNotFit() throws {
    let model = try TrainableModel(config: config, seed: 3)
    let trainer = Trainer(model, kernels: try Setup.kernels(), options: Setup.options())
    for (tokens, part) in [
      ([Int32](repeating: 23, count: 4), "vocabulary of 23"),
      ([Int32](repeating: 1, count: 65), "context is 64"),
    ] {
      let batch = TokenBatch(length: tokens.count, inputs: tokens, targets: tokens)
      let error = #expect(throws: TrainingError.self) { try trainer.step(batch, loss: CrossEntropy(batch)) }
      #expect(error?.description.contains(part) == true)
    }
  }

  @Test func shapesWithoutAWayBack() throws {
    var config = config
    config.qkNorm = true
    let error = #expect(throws: ModelError.self) { try TrainableModel(config: config, seed: 1) }
    #expect(error?.description.contains("norms of heads") == true)
  }
}
