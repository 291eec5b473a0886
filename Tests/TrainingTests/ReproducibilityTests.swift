import Kernels
import Model
import Testing

@testable import Training

@Suite struct ReproducibilityTests {
  private func train(
    _ steps: Int, threads: Int = 1, config: ModelConfig = Setup.config(bias: true),
    _ change: (inout TrainingOptions) -> Void = { _ in }
  ) throws -> (losses: [Double], parameters: [UInt32]) {
    var options = Setup.options()
    change(&options)
    let model = try TrainableModel(config: config, seed: 3)
    let trainer = Trainer(model, kernels: try Setup.kernels(threads: threads), options: options)
    let losses = try (0..<steps).map { step in
      let batch = Setup.batch(config, sequences: 12, length: 24, seed: UInt64(step))
      return try trainer.step(batch, loss: CrossEntropy(batch)).loss
    }
    return (losses, model.parameters.map(\.bitPattern))
  }

  /// To the bit, with any number of threads.
  @Test func threadsChangeNothing() throws {
    let one = try train(6)
    for threads in [2, 3] {
      let more = try train(6, threads: threads)
      #expect(one.losses == more.losses && one.parameters == more.parameters, "\(threads) threads")
    }
  }

  @Test func recomputingChangesNothing() throws {
    let kept = try train(4), computed = try train(4) { $0.recomputes = true }
    #expect(kept.losses == computed.losses && kept.parameters == computed.parameters)
  }

  @Test func partsAddUp() throws {
    let whole = try train(4), parts = try train(4) { $0.microBatch = 5 }
    for (a, b) in zip(whole.losses, parts.losses) { #expect(abs(a - b) < 1e-5 * a) }
  }

  /// Rounded operands give another loss, but nearly the same one.
  @Test func bfloat16IsClose() throws {
    let exact = try train(6), rounded = try train(6) { $0.matmuls = .bf16 }
    #expect(exact.losses != rounded.losses)
    for (a, b) in zip(exact.losses, rounded.losses) { #expect(abs(a - b) < 0.01 * a) }
  }

  @Test func freshParametersBelongToTheirSeed() throws {
    let config = Setup.config(), one = try TrainableModel(config: config, seed: 1)
    let same = try TrainableModel(config: config, seed: 1),
      other = try TrainableModel(config: config, seed: 2)
    #expect(same.parameters.elementsEqual(one.parameters) && !other.parameters.elementsEqual(one.parameters))
    let down = one["blk.0.ffn_down.weight"], up = one["blk.0.ffn_up.weight"]
    func deviation(_ x: UnsafeMutableBufferPointer<Float>) -> Double {
      (x.reduce(0) { $0 + Double($1 * $1) } / Double(x.count)).squareRoot()
    }
    #expect(abs(deviation(up) / 0.02 - 1) < 0.15 && abs(deviation(down) / 0.01 - 1) < 0.15)
    #expect(one["blk.0.attn_norm.weight"].allSatisfy { $0 == 1 })
  }
}
