import QuantFormats

/// A tensor that a model consists of.
public struct TensorSpec: Sendable, Hashable {
  /// The name in GGUF, as llama.cpp has it.
  public let name: String
  /// Elements per dimension; a matrix is [inputs, outputs], the inputs contiguous.
  public let shape: [Int]

  /// A linear layer or the embedding; else a norm's gain or a bias.
  public var isMatrix: Bool { shape.count > 1 }
  /// How many numbers it holds.
  public var elements: Int { shape.reduce(1, *) }
}

extension ModelConfig {
  static var embeddingName: String { "token_embd.weight" }
  static var headName: String { "output.weight" }
  static var ropeFactorsName: String { "rope_freqs.weight" }

  /// Every tensor of the forward pass, in the order of use; the head comes last unless it is tied.
  public var tensorSpecs: [TensorSpec] {
    var specs = [TensorSpec(name: Self.embeddingName, shape: [width, vocabulary])]
    if ropeFactors { specs.append(TensorSpec(name: Self.ropeFactorsName, shape: [ropeDimensions / 2])) }
    for layer in 0..<layers { specs += layerSpecs(layer) }
    specs.append(TensorSpec(name: "output_norm.weight", shape: [width]))
    if !tiedHead { specs.append(TensorSpec(name: Self.headName, shape: [width, vocabulary])) }
    return specs
  }

  private func layerSpecs(_ layer: Int) -> [TensorSpec] {
    let (queries, keys) = (heads * headDim, kvHeads * headDim)
    var shapes = [
      ("attn_norm.weight", [width]),
      ("attn_q.weight", [width, queries]), ("attn_k.weight", [width, keys]),
      ("attn_v.weight", [width, keys]),
      ("attn_output.weight", [queries, width]),
      ("ffn_norm.weight", [width]),
      ("ffn_gate.weight", [width, ffn]), ("ffn_up.weight", [width, ffn]), ("ffn_down.weight", [ffn, width]),
    ]
    if qkvBias {
      shapes += [("attn_q.bias", [queries]), ("attn_k.bias", [keys]), ("attn_v.bias", [keys])]
    }
    if qkNorm { shapes += [("attn_q_norm.weight", [headDim]), ("attn_k_norm.weight", [headDim])] }
    return shapes.map { TensorSpec(name: "blk.\(layer).\($0.0)", shape: $0.1) }
  }

  /// Checks that `file` holds exactly the tensors of the forward pass, in the right shapes, matrices in one
  /// of `formats` and norms and biases in F32. A tensor too many is an error too: leaving it out would
  /// compute another model than the file's.
  public func checkTensors(of file: GGUFFile, formats: Set<TensorFormat>) throws(ModelError) {
    var unused = Set(file.tensors.keys)
    for spec in tensorSpecs {
      try check(spec, in: file, formats: spec.isMatrix ? formats : [.f32])
      unused.remove(spec.name)
    }
    if let extra = unused.min() {
      let problem = "tensor '\(printable(extra))' has no use in a \(architecture) model here"
      throw ModelError("\(file.path): \(problem); use a model without it")
    }
  }

  private func check(_ spec: TensorSpec, in file: GGUFFile, formats: Set<TensorFormat>) throws(ModelError) {
    guard let tensor = file.tensors[spec.name] else {
      throw ModelError("\(file.path): lacks the tensor '\(spec.name)' \(spec.shape); download it again")
    }
    guard tensor.shape == spec.shape else {
      let problem = "tensor '\(spec.name)' has shape \(tensor.shape), not \(spec.shape)"
      throw ModelError("\(file.path): \(problem); convert the model anew")
    }
    guard formats.contains(tensor.format) else {
      let names = formats.sorted { $0.rawValue < $1.rawValue }.map { $0.name }.joined(separator: ", ")
      let problem = "tensor '\(spec.name)' is \(tensor.format.name), which is not supported"
      throw ModelError("\(file.path): \(problem); convert it to one of: \(names)")
    }
  }
}
