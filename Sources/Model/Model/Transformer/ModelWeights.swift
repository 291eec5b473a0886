import Kernels

/// A model's weights in the layout of one kind of backend; backends of that layout share them.
public final class ModelWeights: @unchecked Sendable {
  /// The weights of one transformer block.
  struct Layer {
    var attentionNorm: [Float], feedForwardNorm: [Float]
    var query: Weights, key: Weights, value: Weights, output: Weights
    var gate: Weights, up: Weights, down: Weights
    /// Biases of query, key and value; empty where the architecture has none.
    var queryBias: [Float], keyBias: [Float], valueBias: [Float]
    /// (head dimension), or empty where heads are not normalised.
    var queryNorm: [Float], keyNorm: [Float]
  }

  public let config: ModelConfig
  public let layout: String
  public let embedding: OwnedMatrix
  let layers: [Layer]
  let outputNorm: [Float]
  let head: Weights
  /// Divisors of RoPE's frequencies, (rotated elements / 2), or none.
  let ropeFactors: [Float]

  /// Prepares every matrix with `kernels`.
  ///
  /// - Parameter repack: false leaves them as they lie, to be packed in every product.
  /// - Parameter embedding: the embedding to share with another layout's weights; read from `provider` otherwise.
  public convenience init(
    _ provider: some WeightProvider, kernels: any KernelSet, embedding: OwnedMatrix? = nil,
    repack: Bool = true
  ) throws(ModelError) {
    try self.init(Loader(provider, kernels: kernels, repack: repack), embedding: embedding)
  }

  private init(_ loader: Loader, embedding: OwnedMatrix?) throws(ModelError) {
    config = loader.config
    layout = loader.kernels.weightLayout
    let table: OwnedMatrix
    if let embedding { table = embedding } else { table = try loader.matrix(ModelConfig.embeddingName) }
    self.embedding = table
    var layers: [Layer] = []
    for index in 0..<config.layers { layers.append(try loader.layer(index)) }
    self.layers = layers
    outputNorm = try loader.vector("output_norm.weight")
    ropeFactors = try loader.optionalVector(ModelConfig.ropeFactorsName)
    head = try config.tiedHead ? loader.weights(table) : loader.weights(ModelConfig.headName)
  }

  /// All matrices that are multiplied with, under the names of their tensors; a tied head under that of the embedding.
  public var matrices: [(name: String, weights: Weights)] {
    let head = (name: config.tiedHead ? ModelConfig.embeddingName : ModelConfig.headName, weights: head)
    return layers.enumerated().flatMap { index, layer in
      [
        ("attn_q", layer.query), ("attn_k", layer.key), ("attn_v", layer.value),
        ("attn_output", layer.output),
        ("ffn_gate", layer.gate), ("ffn_up", layer.up), ("ffn_down", layer.down),
      ].map { ("blk.\(index).\($0).weight", $1) }
    } + [head]
  }

  /// Memory that `init` takes, the embedding left where `provider` has it.
  public static func bytesNeeded(_ provider: some WeightProvider, kernels: any KernelSet) throws(ModelError)
    -> Int
  {
    var bytes = 0
    for spec in provider.config.tensorSpecs {
      guard spec.isMatrix, provider.config.tiedHead || spec.name != ModelConfig.embeddingName else {
        continue
      }
      bytes += kernels.preparedBytes(
        try provider.format(spec), rows: spec.shape[1], columns: spec.shape[0])
    }
    return bytes
  }

  /// Bytes of weights that one decoded token reads: all matrices and norms, one row of the embedding.
  public var bytesPerToken: Int {
    let vectors = layers.reduce(outputNorm.count) {
      $0 + $1.attentionNorm.count + $1.feedForwardNorm.count + $1.queryBias.count + 2 * $1.keyBias.count
        + 2 * $1.queryNorm.count
    }
    return matrices.reduce(0) { $0 + $1.weights.byteCount } + 4 * (vectors + config.width)
  }
}

/// Fetches tensors by their short names.
private struct Loader {
  let config: ModelConfig
  let kernels: any KernelSet
  private let repack: Bool
  private let specs: [String: TensorSpec]
  private let readMatrix: (TensorSpec) throws(ModelError) -> OwnedMatrix
  private let readVector: (TensorSpec) throws(ModelError) -> [Float]
  private let release: (OwnedMatrix) -> Void

  init(_ provider: some WeightProvider, kernels: any KernelSet, repack: Bool) {
    (config, self.kernels, self.repack) = (provider.config, kernels, repack)
    specs = Dictionary(uniqueKeysWithValues: config.tensorSpecs.map { ($0.name, $0) })
    (readMatrix, readVector, release) = (provider.matrix, provider.vector, provider.release)
  }

  func spec(_ name: String) throws(ModelError) -> TensorSpec {
    guard let spec = specs[name] else { throw ModelError("the model has no tensor '\(name)'") }
    return spec
  }
  func matrix(_ name: String) throws(ModelError) -> OwnedMatrix { try readMatrix(spec(name)) }
  func vector(_ name: String) throws(ModelError) -> [Float] { try readVector(spec(name)) }
  func weights(_ name: String) throws(ModelError) -> Weights { weights(try matrix(name)) }
  func weights(_ matrix: OwnedMatrix) -> Weights {
    guard repack else { return kernels.adopt(matrix.source, owner: matrix.owner) }
    defer { release(matrix) }
    return withExtendedLifetime(matrix) { kernels.prepare(matrix.source) }
  }
  /// Empty where the architecture has none.
  func optionalVector(_ name: String) throws(ModelError) -> [Float] {
    specs[name] == nil ? [] : try vector(name)
  }

  func layer(_ index: Int) throws(ModelError) -> ModelWeights.Layer {
    let block = "blk.\(index)."
    return ModelWeights.Layer(
      attentionNorm: try vector(block + "attn_norm.weight"),
      feedForwardNorm: try vector(block + "ffn_norm.weight"),
      query: try weights(block + "attn_q.weight"), key: try weights(block + "attn_k.weight"),
      value: try weights(block + "attn_v.weight"), output: try weights(block + "attn_output.weight"),
      gate: try weights(block + "ffn_gate.weight"), up: try weights(block + "ffn_up.weight"),
      down: try weights(block + "ffn_down.weight"), queryBias: try optionalVector(block + "attn_q.bias"),
      keyBias: try optionalVector(block + "attn_k.bias"),
      valueBias: try optionalVector(block + "attn_v.bias"),
      queryNorm: try optionalVector(block + "attn_q_norm.weight"),
      keyNorm: try optionalVector(block + "attn_k_norm.weight"))
  }
}
