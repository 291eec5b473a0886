import Kernels
import Model
import QuantFormats

extension GGUFLayout {
  /// What a GGUF file says of a model of this shape, its tensors in float32.
  public init(model config: ModelConfig, name: String) {
    self.init()
    set("general.architecture", GGUFField(config.architecture))
    set("general.name", GGUFField(name))
    set("general.file_type", GGUFField(UInt32(0)))
    for (key, value) in [
      ("context_length", config.context), ("embedding_length", config.width), ("block_count", config.layers),
      ("feed_forward_length", config.ffn), ("attention.head_count", config.heads),
      ("attention.head_count_kv", config.kvHeads), ("attention.key_length", config.headDim),
      ("attention.value_length", config.headDim), ("rope.dimension_count", config.ropeDimensions),
      ("vocab_size", config.vocabulary),
    ] {
      set("\(config.architecture).\(key)", GGUFField(UInt32(value)))
    }
    for (key, value) in [
      ("attention.layer_norm_rms_epsilon", config.rmsEpsilon), ("rope.freq_base", config.ropeBase),
    ] {
      set("\(config.architecture).\(key)", GGUFField(value))
    }
    if config.ropeDivisor != 1 {
      set("\(config.architecture).rope.scaling.type", GGUFField("linear"))
      set("\(config.architecture).rope.scaling.factor", GGUFField(config.ropeDivisor))
    }
    tensors = config.tensorSpecs.map { Tensor($0.name, .f32, shape: $0.shape) }
  }

  /// Takes over the tokenizer of another file of the same vocabulary.
  public mutating func setTokenizer(of other: GGUFLayout) {
    for (key, value) in other.fields where key.hasPrefix("tokenizer.") { set(key, value) }
  }
}

extension GGUFWriter {
  /// Appends floats as the current tensor.
  func append(_ floats: UnsafeMutableBufferPointer<Float>) throws(GGUFError) {
    try append(UnsafeRawBufferPointer(floats))
  }
}

extension TrainableModel {
  /// Writes the model as a GGUF file in float32, whole or not at all.
  ///
  /// - Parameters:
  ///   - name: what the file calls the model.
  ///   - tokenizer: where its tokenizer comes from; a file without one knows token numbers only.
  /// - Throws: one line where the folder is missing or may not be written, or the disk is full.
  public func write(
    to path: String, name: String, tokenizer: GGUFLayout? = nil
  ) throws(TrainingError) {
    try TrainingError.wrapping { () throws(GGUFError) in
      var layout = GGUFLayout(model: config, name: name)
      if let tokenizer { layout.setTokenizer(of: tokenizer) }
      let writer = try GGUFWriter(path: path, layout: layout)
      for tensor in tensors { try writer.append(self[tensor.spec.name]) }
      try writer.finish()
    }
  }
}
