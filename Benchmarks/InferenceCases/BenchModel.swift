import Kernels
import Model
import Quantities

/// One model, ready to run with several backends.
public final class BenchModel {
  public let weights: LoadedModel
  /// In the order of the backends given.
  public let transformers: [Transformer]
  /// The oracle; one of `transformers` if the scalar backend is among them.
  let reference: Transformer

  public var name: String { weights.name }
  public var config: ModelConfig { weights.config }

  /// Prepares the weights for every layout that `sets` need.
  ///
  /// - Parameter name: the model's name in case ids; a slug.
  public init(name: String, provider: some WeightProvider, sets: [any KernelSet], context: Int)
    throws(ModelError)
  {
    let loaded = LoadedModel(name: name, provider: provider)
    func transformer(_ set: any KernelSet) throws(ModelError) -> Transformer {
      Transformer(weights: try loaded.weights(for: set), kernels: set, context: context)
    }
    var transformers: [Transformer] = []
    for set in sets { transformers.append(try transformer(set)) }
    (weights, self.transformers) = (loaded, transformers)
    if let scalar = transformers.first(where: { $0.kernels is ReferenceKernelSet }) {
      reference = scalar
    } else {
      reference = try transformer(ReferenceKernelSet(pool: sets[0].pool))
    }
  }

  /// Memory that `init` takes at most: weights in each layout, the reference's among them, the embedding, and keys and
  /// values of `context` tokens for each backend.
  public static func bytesNeeded(_ config: ModelConfig, sets: [any KernelSet], context: Int) -> Bytes {
    let layouts = Set(sets.map(\.weightLayout) + [ReferenceKernelSet(pool: sets[0].pool).weightLayout])
    let cached = Double(2 * config.layers * config.kvHeads * config.headDim) * Double(context)
    return Bytes(
      4
        * (Double(config.parameters) * Double(layouts.count) + Double(config.width * config.vocabulary)
          + cached * Double(sets.count)))
  }

  /// FLOPs of one token that sees `context` tokens (`LoadedModel.flops`).
  public func flops(context: Double, withHead: Bool = true) -> Double {
    weights.flops(context: context, withHead: withHead)
  }
}
