import Kernels
import Model

/// A model's weights in every layout that a backend has asked for; backends of one layout, and pools of any number of
/// threads, share a copy.
public final class LoadedModel {
  /// The name in case ids; a slug.
  public let name: String
  public let config: ModelConfig
  private let provider: any WeightProvider
  private var byLayout: [String: ModelWeights] = [:]
  private var unpacked: ModelWeights?

  /// Loads nothing yet.
  public init(name: String, provider: any WeightProvider) {
    (self.name, self.provider) = (name, provider)
    config = provider.config
  }

  /// The weights as `set` wants them, prepared at the first request.
  public func weights(for set: any KernelSet) throws(ModelError) -> ModelWeights {
    if let found = byLayout[set.weightLayout] { return found }
    let embedding = byLayout.values.first?.embedding
    let weights = try ModelWeights(provider, kernels: set, embedding: embedding)
    byLayout[set.weightLayout] = weights
    return weights
  }

  /// The weights where the provider has them, for the oracle: of a file that takes no memory.
  func unpackedWeights(for set: ReferenceKernelSet) throws(ModelError) -> ModelWeights {
    if let unpacked { return unpacked }
    let weights = try ModelWeights(
      provider, kernels: set, embedding: byLayout.values.first?.embedding, repack: false)
    unpacked = weights
    return weights
  }

  /// The matrices whose products turn activations into fewer bits, as they lie in the file.
  func quantisedMatrices(_ weights: ModelWeights) throws(ModelError) -> [ObjectIdentifier: OwnedMatrix] {
    let specs = Dictionary(uniqueKeysWithValues: config.tensorSpecs.map { ($0.name, $0) })
    var found: [ObjectIdentifier: OwnedMatrix] = [:]
    for (name, weights) in weights.matrices where weights.activations(tokens: 1) != .f32 {
      if let spec = specs[name] { found[ObjectIdentifier(weights)] = try provider.matrix(spec) }
    }
    return found
  }

  /// FLOPs of one token that sees `context` tokens (`ModelConfig.flops`).
  public func flops(context: Double, withHead: Bool = true) -> Double {
    config.flops(context: context, withHead: withHead)
  }
}

extension ModelConfig {
  /// FLOPs of one token that sees `context` tokens: two for each weight, and the two products of attention.
  /// A prompt's head is computed for its last token only and is not part of this.
  public func flops(context: Double, withHead: Bool = true) -> Double {
    let head = Double(width * vocabulary)
    let linear = Double(matmulParameters) - (withHead ? 0 : head)
    return 2 * linear + 4 * context * Double(layers * heads * headDim)
  }
}
