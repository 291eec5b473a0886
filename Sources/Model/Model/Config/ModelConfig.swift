import Kernels

/// The shape of a decoder-only transformer (RMSNorm, RoPE, grouped-query attention, SwiGLU).
public struct ModelConfig: Sendable, Hashable, Codable {

  /// The architecture's name in GGUF: `llama`, `qwen2`, `qwen3`.
  public var architecture: String
  public var width: Int
  public var layers: Int
  public var heads: Int
  /// Heads of keys and values; each serves `heads / kvHeads` query heads.
  public var kvHeads: Int
  public var headDim: Int
  /// Width of the feed-forward layer.
  public var ffn: Int
  public var vocabulary: Int
  /// The longest context in tokens that the model was trained for.
  public var context: Int
  public var rmsEpsilon: Float
  public var ropeBase: Float
  /// How many elements of each head are rotated.
  public var ropeDimensions: Int
  public var ropePairing: RoPEPairing
  /// The embedding serves as the output head too.
  public var tiedHead: Bool
  /// The query, key and value projections have a bias.
  public var qkvBias: Bool
  /// Each head of queries and keys is normalised before its rotation (Qwen3).
  public var qkNorm = false
  /// Positions are divided by this before the rotation: linear scaling (Chen et al. 2023, arXiv 2306.15595).
  public var ropeDivisor: Float = 1
  /// Each frequency has a divisor of its own in the weights (llama 3.1).
  public var ropeFactors = false

  /// The shape of a model of one of the architectures' plain forms; `validate` tells whether it can be.
  public init(
    architecture: String, width: Int, layers: Int, heads: Int, kvHeads: Int, headDim: Int, ffn: Int,
    vocabulary: Int, context: Int, rmsEpsilon: Float, ropeBase: Float, ropeDimensions: Int,
    ropePairing: RoPEPairing, tiedHead: Bool, qkvBias: Bool
  ) {
    (self.architecture, self.width, self.layers, self.ffn) = (architecture, width, layers, ffn)
    (self.heads, self.kvHeads, self.headDim) = (heads, kvHeads, headDim)
    (self.vocabulary, self.context, self.rmsEpsilon) = (vocabulary, context, rmsEpsilon)
    (self.ropeBase, self.ropeDimensions, self.ropePairing) = (ropeBase, ropeDimensions, ropePairing)
    (self.tiedHead, self.qkvBias) = (tiedHead, qkvBias)
  }

  /// All weights, each counted once.
  public var parameters: Int { tensorSpecs.reduce(0) { $0 + $1.elements } }

  /// Weights that one token is multiplied with: all linear layers and the head, not the embedding's lookup.
  public var matmulParameters: Int {
    let matrices = tensorSpecs.filter { $0.isMatrix && (tiedHead || $0.name != Self.embeddingName) }
    return matrices.reduce(0) { $0 + $1.elements }
  }

  /// Refuses shapes that no model has, so that sizes computed from them cannot overflow.
  public func validate() throws(ModelError) {
    let sizes = [
      ("width", width, 1 << 20), ("layers", layers, 1 << 12), ("heads", heads, 1 << 20),
      ("KV heads", kvHeads, 1 << 20), ("head dimension", headDim, 1 << 20),
      ("feed-forward width", ffn, 1 << 20), ("vocabulary", vocabulary, 1 << 20),
      ("context", context, 1 << 24),
    ]
    for (name, value, most) in sizes where !(1...most).contains(value) {
      throw ModelError("\(name) is \(value), not 1 to \(most); check the model's metadata")
    }
    guard heads.isMultiple(of: kvHeads) else {
      throw ModelError("\(heads) heads are no multiple of \(kvHeads) KV heads; check the model's metadata")
    }
    guard heads * headDim <= 1 << 20 else {
      throw ModelError("\(heads) heads of \(headDim) are more than 2²⁰ wide; check the model's metadata")
    }
    try validateArithmetic()
  }

  private func validateArithmetic() throws(ModelError) {
    guard ropeDimensions.isMultiple(of: 2), (2...max(2, headDim)).contains(ropeDimensions) else {
      let problem = "RoPE rotates \(ropeDimensions) elements of heads of \(headDim)"
      throw ModelError("\(problem), not an even number of at most that; check the model's metadata")
    }
    guard ropeBase.isFinite, ropeBase > 0 else {
      throw ModelError("RoPE base is \(ropeBase), not a positive number; check the model's metadata")
    }
    guard ropeDivisor.isFinite, ropeDivisor > 0 else {
      throw ModelError("RoPE scaling is \(ropeDivisor), not a positive number; check the model's metadata")
    }
    guard rmsEpsilon > 0, rmsEpsilon < 1 else {
      throw ModelError("RMSNorm epsilon is \(rmsEpsilon), not between 0 and 1; check the model's metadata")
    }
  }
}
