import Kernels
import Model
import Parallel
import Quantities

/// One model, ready to run with several backends.
public final class BenchModel {
  public let weights: LoadedModel
  /// In the order of the backends given.
  public let transformers: [Transformer]
  private let pool: ThreadPool, context: Int
  private var knownReference: Transformer?

  public var name: String { weights.name }
  public var config: ModelConfig { weights.config }

  /// Prepares the weights for every layout that `sets` need.
  ///
  /// - Parameter name: the model's name in case ids; a slug.
  public init(name: String, provider: some WeightProvider, sets: [any KernelSet], context: Int)
    throws(ModelError)
  {
    let loaded = LoadedModel(name: name, provider: provider)
    var transformers: [Transformer] = []
    for set in sets {
      transformers.append(
        Transformer(weights: try loaded.weights(for: set), kernels: set, context: context))
    }
    (weights, self.transformers) = (loaded, transformers)
    (pool, self.context) = (sets[0].pool, context)
    knownReference = transformers.first { $0.kernels is ReferenceKernelSet }
  }

  /// The oracle: the scalar backend, its weights where the provider has them unless it is measured, too.
  func reference() throws(ModelError) -> Transformer {
    if let knownReference { return knownReference }
    let scalar = ReferenceKernelSet(pool: pool)
    let made = Transformer(
      weights: try weights.unpackedWeights(for: scalar), kernels: scalar, context: context)
    knownReference = made
    return made
  }

  /// Memory that it takes at most: weights in each layout, those that `provider` makes itself, and keys and values of
  /// `context` tokens for each backend.
  public static func bytesNeeded(_ provider: any WeightProvider, sets: [any KernelSet], context: Int)
    throws(ModelError) -> Bytes
  {
    let config = provider.config
    var layouts: Set<String> = [], bytes = 0
    for set in sets where layouts.insert(set.weightLayout).inserted {
      bytes += try ModelWeights.bytesNeeded(provider, kernels: set)
    }
    for spec in config.tensorSpecs where spec.isMatrix && provider.takesMemory {
      bytes += (try provider.format(spec).rowBytes(spec.shape[0]) ?? 0) * spec.shape[1]
    }
    let cached = 2 * config.layers * config.kvHeads * config.headDim * context
    return Bytes(Double(bytes + 4 * cached * sets.count))
  }

  /// FLOPs of one token that sees `context` tokens (`LoadedModel.flops`).
  public func flops(context: Double, withHead: Bool = true) -> Double {
    weights.flops(context: context, withHead: withHead)
  }
}
