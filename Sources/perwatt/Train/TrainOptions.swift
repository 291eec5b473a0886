import ArgumentParser
import Foundation
import Model
import Training

/// The shape of the model that is trained.
struct TrainShapeOptions: ParsableArguments {
  @Option(help: "The shape: small, or one of: \(ModelConfig.presetNames.joined(separator: ", ")).")
  var preset = "small"
  @Option(help: "Layers instead of the preset's.")
  var layers: Int?
  @Option(help: "Start from this GGUF file's weights and tokenizer instead of fresh ones.")
  var from: String?

  func validate() throws {
    if let layers, !(1...4096).contains(layers) {
      throw ValidationError("--layers \(layers): give a number from 1 to 4096")
    }
    if from != nil, layers != nil {
      throw ValidationError("--layers has no use with --from: drop one of them")
    }
    if from == "" { throw ValidationError("--from is empty: name a GGUF file") }
  }

  /// The preset's shape with that vocabulary.
  func config(vocabulary: Int?, context: Int) throws -> ModelConfig {
    var config = try preset == "small" ? Self.small : ModelConfig.preset(preset)
    if let layers { config.layers = layers }
    if let vocabulary { config.vocabulary = vocabulary }
    config.context = max(config.context, context)
    return config
  }

  /// 3.4 million parameters with a vocabulary of 512.
  private static let small = ModelConfig(
    architecture: "llama", width: 256, layers: 4, heads: 8, kvHeads: 8, headDim: 32, ffn: 688,
    vocabulary: 512,
    context: 256, rmsEpsilon: 1e-5, ropeBase: 10_000, ropeDimensions: 32, ropePairing: .adjacent,
    tiedHead: false, qkvBias: false)
}

extension MatmulPrecision: ExpressibleByArgument {}

/// How it is trained.
struct RecipeOptions: ParsableArguments {
  @Option(help: "Optimiser steps.")
  var steps = 100
  @Option(help: "Sequences of a batch.")
  var batch = 16
  @Option(help: "Tokens of a sequence.")
  var length = 128
  @Option(help: "Sequences that pass through the layers together (default: the batch).")
  var microBatch: Int?
  @Option(help: "The largest learning rate.")
  var rate = 1e-3
  @Option(help: "Steps of the warm-up.")
  var warmup = 10
  @Option(help: "Decoupled weight decay.")
  var decay = 0.1
  @Option(help: "The largest norm of all gradients together; 0: any.")
  var clip = 1.0
  @Option(help: "Operands of matrix products: f32 or bf16.")
  var matmuls = MatmulPrecision.f32
  @Flag(
    help:
      "Keep each layer's input only and compute the rest again on the way back: less memory, a third slower.")
  var recompute = false
  @Option(help: "Seed of the fresh parameters and of the order of the data.")
  var seed: UInt64 = 1

  func validate() throws {
    for (name, value) in [
      ("steps", steps), ("batch", batch), ("length", length), ("micro-batch", microBatch ?? 1),
    ] {
      guard (1...1 << 24).contains(value) else {
        throw ValidationError("--\(name) \(value): give a number from 1 to \(1 << 24)")
      }
    }
    guard (0...1 << 24).contains(warmup) else {
      throw ValidationError("--warmup \(warmup): give a number of steps")
    }
    guard rate.isFinite, rate > 0 else { throw ValidationError("--rate \(rate): give a number above 0") }
    for (name, value) in [("decay", decay), ("clip", clip)] where !(value.isFinite && value >= 0) {
      throw ValidationError("--\(name) \(value): give a number from 0 on")
    }
  }

  var training: TrainingOptions {
    var options = TrainingOptions(schedule: LearningRateSchedule(peak: rate, warmup: warmup, steps: steps))
    (options.weightDecay, options.clip) = (decay, clip > 0 ? clip : nil)
    (options.microBatch, options.recomputes, options.matmuls) = (microBatch, recompute, matmuls)
    return options
  }
}
