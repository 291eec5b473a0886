import Kernels

/// The architectures that the forward pass computes, by their GGUF names.
private enum Architecture: String, CaseIterable {
  case llama, qwen2, qwen3

  var pairing: RoPEPairing {
    switch self {
    case .llama: .adjacent
    case .qwen2, .qwen3: .halves
    }
  }

  /// The architecture that `file` names.
  init(_ file: GGUFFile) throws(ModelError) {
    let name: String = try ModelError.wrapping { () throws(GGUFError) in
      try file.require("general.architecture")
    }
    guard let known = Self(rawValue: name) else {
      let list = Self.allCases.map { $0.rawValue }.joined(separator: ", ")
      throw ModelError(
        "\(file.path): architecture '\(printable(name))' is not supported; use one of: \(list)")
    }
    self = known
  }
}

extension ModelConfig {
  /// Reads the shape from the metadata of `file`, and checks it against the embedding's shape.
  public init(gguf file: GGUFFile) throws(ModelError) {
    let architecture = try Architecture(file)
    self = try ModelError.wrapping { () throws(GGUFError) in try Self(reading: file, architecture) }
    ropeDivisor = try Self.ropeDivisor(file, architecture.rawValue)
    do { try validate() } catch { throw ModelError("\(file.path): \(error)") }
    // Before the tensors are listed by name: a damaged count would make that list long.
    guard layers <= file.tensors.count else {
      let problem = "\(layers) layers, but only \(file.tensors.count) tensors"
      throw ModelError("\(file.path): \(problem); download the model again")
    }
    try checkHeads(file)
    try checkVocabulary(file)
  }

  private init(reading file: GGUFFile, _ architecture: Architecture) throws(GGUFError) {
    func key(_ name: String) -> String { "\(architecture.rawValue).\(name)" }
    self.architecture = architecture.rawValue
    ropePairing = architecture.pairing
    width = try file.require(key("embedding_length"))
    layers = try file.require(key("block_count"))
    ffn = try file.require(key("feed_forward_length"))
    context = try file.require(key("context_length"))
    heads = try file.require(key("attention.head_count"))
    kvHeads = try file.optional(key("attention.head_count_kv")) ?? heads
    headDim = try file.optional(key("attention.key_length")) ?? (heads > 0 ? width / heads : 0)
    rmsEpsilon = try file.require(key("attention.layer_norm_rms_epsilon"))
    ropeBase = try file.optional(key("rope.freq_base")) ?? 10_000
    ropeDimensions = try file.optional(key("rope.dimension_count")) ?? headDim
    vocabulary = file.tensors[Self.embeddingName].map { $0.shape.count > 1 ? $0.shape[1] : 0 } ?? 0
    tiedHead = file.tensors[Self.headName] == nil
    qkvBias = file.tensors["blk.0.attn_q.bias"] != nil
    qkNorm = architecture == .qwen3
    ropeFactors = architecture == .llama && file.tensors[Self.ropeFactorsName] != nil
  }

  private func checkHeads(_ file: GGUFFile) throws(ModelError) {
    let key = "\(architecture).attention.key_length"
    guard file.metadata[key] != nil || width.isMultiple(of: heads) else {
      throw ModelError("\(file.path): width \(width) does not divide into \(heads) heads; convert it anew")
    }
    let values: Int? = try ModelError.wrapping { () throws(GGUFError) in
      try file.optional("\(architecture).attention.value_length")
    }
    guard values ?? headDim == headDim else {
      let problem = "values of \(values!) beside keys of \(headDim) are not supported"
      throw ModelError("\(file.path): \(problem); use a model where they are equal")
    }
  }

  private func checkVocabulary(_ file: GGUFFile) throws(ModelError) {
    let shape = file.tensors[Self.embeddingName]?.shape ?? []
    guard shape == [width, vocabulary] else {
      let problem = "tensor '\(Self.embeddingName)' has shape \(shape), not [\(width), vocabulary]"
      throw ModelError("\(file.path): \(problem); download the model again")
    }
    let claimed: Int? = try ModelError.wrapping { () throws(GGUFError) in
      try file.optional("\(architecture).vocab_size")
    }
    let tokens = file.metadata["tokenizer.ggml.tokens"].flatMap(String.array)?.count
    for (name, count) in [("\(architecture).vocab_size", claimed), ("tokenizer.ggml.tokens", tokens)] {
      guard let count, count != vocabulary else { continue }
      let problem = "\(name) gives \(count) tokens, but '\(Self.embeddingName)' has \(vocabulary)"
      throw ModelError("\(file.path): \(problem); download the model again")
    }
  }
}
