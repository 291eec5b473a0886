import Kernels
import Model
import Quantities

/// One model, ready to run with several backends; backends of one weight layout share the weights.
public final class BenchModel {
  public let name: String
  public let config: ModelConfig
  /// In the order of the backends given.
  public let transformers: [Transformer]
  /// The oracle; one of `transformers` if the scalar backend is among them.
  let reference: Transformer
  private let provider: any WeightProvider

  /// Prepares the weights for every layout that `sets` need.
  ///
  /// - Parameter name: the model's name in case ids; a slug.
  public init(name: String, provider: some WeightProvider, sets: [any KernelSet], context: Int)
    throws(ModelError)
  {
    (self.name, self.provider) = (name, provider)
    config = provider.config
    var byLayout: [String: ModelWeights] = [:]
    func transformer(_ set: any KernelSet) throws(ModelError) -> Transformer {
      let shared = byLayout[set.weightLayout]
      let embedding = byLayout.values.first?.embedding
      let weights: ModelWeights
      if let shared {
        weights = shared
      } else {
        weights = try ModelWeights(provider, kernels: set, embedding: embedding)
      }
      byLayout[set.weightLayout] = weights
      return Transformer(weights: weights, kernels: set, context: context)
    }
    var transformers: [Transformer] = []
    for set in sets { transformers.append(try transformer(set)) }
    self.transformers = transformers
    if let scalar = transformers.first(where: { $0.kernels is ReferenceKernelSet }) {
      reference = scalar
    } else {
      reference = try transformer(ReferenceKernelSet(pool: sets[0].pool))
    }
  }

  /// The matrices whose products turn activations into fewer bits, as they lie in the file.
  func quantisedMatrices(_ weights: ModelWeights) throws(ModelError) -> [ObjectIdentifier: OwnedMatrix] {
    let specs = Dictionary(uniqueKeysWithValues: config.tensorSpecs.map { ($0.name, $0) })
    var found: [ObjectIdentifier: OwnedMatrix] = [:]
    for (name, weights) in weights.matrices where weights.activations != .f32 {
      if let spec = specs[name] { found[ObjectIdentifier(weights)] = try provider.matrix(spec) }
    }
    return found
  }

  /// Memory that `init` takes for weights: a copy for each layout, the reference's among them, and the embedding.
  public static func bytesNeeded(_ config: ModelConfig, sets: [any KernelSet]) -> Bytes {
    let layouts = Set(sets.map(\.weightLayout) + [ReferenceKernelSet(pool: sets[0].pool).weightLayout])
    return Bytes(
      4 * Double(config.parameters) * Double(layouts.count) + 4 * Double(config.width * config.vocabulary))
  }

  /// FLOPs of one token that sees `context` tokens: two for each weight, and the two products of attention.
  /// A prompt's head is computed for its last token only and is not part of this.
  public func flops(context: Double, withHead: Bool = true) -> Double {
    let head = Double(config.width * config.vocabulary)
    let linear = Double(config.matmulParameters) - (withHead ? 0 : head)
    return 2 * linear + 4 * context * Double(config.layers * config.heads * config.headDim)
  }
}
