import ArgumentParser
import Kernels
import Model

extension KVFormat: ExpressibleByArgument {}

/// The memory of a model: how many tokens it holds, and in which format.
struct ContextOptions: ParsableArguments {
  @Option(
    name: [.customShort("c"), .long], help: "Tokens of prompt and text together (default: the model's).")
  var context: Int?

  @Option(
    name: [.customLong("cache-type-k"), .customLong("ctk", withSingleDash: true)],
    help: "Format of the keys in the KV cache: f32, f16, q8_0.")
  var keys = KVFormat.f32

  @Option(
    name: [.customLong("cache-type-v"), .customLong("ctv", withSingleDash: true)],
    help: "Format of the values in the KV cache: f32, f16, q8_0.")
  var values = KVFormat.f32

  func validate() throws {
    if let context, context < 1 { throw ValidationError("-c \(context): give a number of tokens from 1 on") }
  }

  /// How many tokens at most follow a prompt of `count`: the last one produced is never read, so it needs no room.
  func room(after count: Int, of config: ModelConfig) throws -> Int {
    let longest = config.context
    if let context, context > longest {
      throw Failure("-c \(context): the model's context is \(longest); give that at most")
    }
    guard count < context ?? longest else {
      let room = context.map { "-c gives room for \($0)" } ?? "the model's context \(longest)"
      throw Failure("the prompt has \(count) tokens, \(room); shorten it")
    }
    return (context ?? longest) - count + 1
  }

  /// A model with room for `context` tokens.
  func transformer(_ weights: ModelWeights, _ kernels: any KernelSet, context: Int) throws -> Transformer {
    for (name, format) in [("-ctk", keys), ("-ctv", values)] {
      guard KVLayout.allows(format, headDim: weights.config.headDim) else {
        let heads = "heads of a multiple of 32 elements, the model's have \(weights.config.headDim)"
        throw Failure("\(name) \(format.rawValue) needs \(heads); use f16")
      }
    }
    return Transformer(weights: weights, kernels: kernels, context: context, keys: keys, values: values)
  }
}
