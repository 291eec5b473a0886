import Kernels
import Model
import Parallel
import Statistics

@testable import Training

/// Small models and batches.
enum Setup {
  /// A shape in which every size is another one.
  static func config(
    architecture: String = "llama", layers: Int = 2, kvHeads: Int = 2, tied: Bool = false, bias: Bool = false,
    halves: Bool = false
  ) -> ModelConfig {
    ModelConfig(
      architecture: architecture, width: 16, layers: layers, heads: 4, kvHeads: kvHeads, headDim: 6, ffn: 20,
      vocabulary: 23, context: 64, rmsEpsilon: 1e-5, ropeBase: 10_000, ropeDimensions: halves ? 6 : 4,
      ropePairing: halves ? .halves : .adjacent, tiedHead: tied, qkvBias: bias)
  }

  static func kernels(_ name: String = "simd", threads: Int = 1) throws -> any KernelSet {
    try Backends.make(name, pool: ThreadPool(threads: threads))
  }

  /// Parameters large enough that no gradient is near zero, norms and biases included.
  static func model(_ config: ModelConfig, seed: UInt64 = 1) throws -> TrainableModel {
    let model = try TrainableModel(config: config, seed: seed)
    var random = SeededGenerator(seed: seed + 1)
    for i in model.parameters.indices { model.parameters[i] += random.symmetric() * 0.4 }
    return model
  }

  /// Seeded tokens; some rows do not count where `gaps` is set.
  static func batch(_ config: ModelConfig, sequences: Int, length: Int, seed: UInt64 = 5, gaps: Bool = false)
    -> TokenBatch
  {
    var random = SeededGenerator(seed: seed)
    func tokens() -> [Int32] {
      (0..<sequences * length).map { _ in Int32(random.index(below: config.vocabulary)) }
    }
    let targets = tokens().enumerated().map { gaps && $0 % 3 == 1 ? -1 : $1 }
    return TokenBatch(length: length, inputs: tokens(), targets: targets)
  }

  /// Steps that leave gradients without changing what they were computed of.
  static func options(steps: Int = 100, rate: Double = 1e-3) -> TrainingOptions {
    TrainingOptions(schedule: LearningRateSchedule(peak: rate, warmup: 2, steps: steps))
  }
}
