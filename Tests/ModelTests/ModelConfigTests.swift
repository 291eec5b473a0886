import Foundation
import QuantFormats
import Testing

@testable import Model

@Suite struct ModelConfigTests {
  @Test func readsTheFixture() throws {
    let file = try Fixture.stories()
    let config = try ModelConfig(gguf: file)
    #expect(try config == ModelConfig.preset("stories-260k"))
    try config.checkTensors(of: file, formats: [.f32])
    #expect(config.parameters == file.tensors.values.reduce(0) { $0 + $1.elements })
    #expect(config.parameters - config.matmulParameters == 64 * 512 + 64 * 11)  // embedding, norms
    let error = #expect(throws: ModelError.self) {
      try config.checkTensors(of: file, formats: [.q8_0, .f16])
    }
    let text = "tensor 'token_embd.weight' is F32, which is not supported; convert it to one of: F16, Q8_0"
    #expect(error?.description.hasSuffix(text) == true)
  }

  /// Totals from the model cards.
  @Test func presetsHaveTheParametersOfTheirModels() throws {
    let millions = [
      "stories-260k": 0.293, "stories-15m": 15.19, "smollm2-135m": 134.5, "qwen2.5-0.5b": 494.0,
      "tinyllama-1.1b": 1100.0, "r1-distill-qwen-1.5b": 1777.1,
    ]
    #expect(Set(ModelConfig.presetNames) == Set(millions.keys))
    for (name, expected) in millions {
      let config = try ModelConfig.preset(name)
      try config.validate()
      #expect(abs(Double(config.parameters) / 1e6 / expected - 1) < 0.002, "\(name): \(config.parameters)")
      #expect(config.matmulParameters < config.parameters)
    }
    // Qwen2.5-0.5B: its model card gives 0.36 B parameters without the embedding, which is the head too.
    let qwen = try ModelConfig.preset("qwen2.5-0.5b")
    #expect((357_000_000...359_000_000).contains(qwen.matmulParameters - 896 * 151_936))
    let error = #expect(throws: ModelError.self) { try ModelConfig.preset("gpt-5") }
    #expect(error?.description.hasSuffix("r1-distill-qwen-1.5b") == true)
  }

  @Test func survivesJSON() throws {
    let config = try ModelConfig.preset("qwen2.5-0.5b")
    #expect(try JSONDecoder().decode(ModelConfig.self, from: JSONEncoder().encode(config)) == config)
  }

  @Test func absurdShapesAreRefused() throws {
    let good = try ModelConfig.preset("stories-260k")
    let faults: [(WritableKeyPath<ModelConfig, Int>, Int, String)] = [
      (\.width, 0, "width is 0"), (\.width, 1 << 21, "width is 2097152"), (\.layers, -1, "layers is -1"),
      (\.heads, 7, "7 heads are no multiple of 4 KV heads"), (\.kvHeads, 0, "KV heads is 0"),
      (\.headDim, 1 << 18, "more than 2²⁰ wide"), (\.ffn, .max, "feed-forward width is"),
      (\.vocabulary, 0, "vocabulary is 0"), (\.context, 0, "context is 0"),
      (\.ropeDimensions, 7, "RoPE rotates 7 elements of heads of 8"),
      (\.ropeDimensions, 10, "RoPE rotates 10"),
    ]
    for (field, value, problem) in faults {
      var config = good
      config[keyPath: field] = value
      let error = #expect(throws: ModelError.self) { try config.validate() }
      #expect(error?.description.contains(problem) == true, "\(problem)")
    }
    for epsilon in [0, -1, 1, Float.nan] {
      var config = good
      config.rmsEpsilon = epsilon
      #expect(throws: ModelError.self) { try config.validate() }
    }
  }
}

/// What a hand-made file says of its model, and what becomes of it.
@Suite struct ModelFileTests {
  /// A llama or qwen2 file of one layer: width 8, 2 heads, 1 KV head, FFN 8, 4 tokens.
  private func model(_ architecture: String, heads: UInt32 = 2, without: String = "") throws -> HandMade {
    var file = HandMade()
    file.add("general.architecture", architecture)
    for (key, value) in [
      ("embedding_length", 8), ("block_count", 1), ("feed_forward_length", 8), ("context_length", 16),
      ("attention.head_count", heads), ("attention.head_count_kv", 1),
    ] as [(String, UInt32)] where key != without {
      file.add("\(architecture).\(key)", value)
    }
    file.add("\(architecture).attention.layer_norm_rms_epsilon", float: 1e-6)
    file.data = []
    let qwen = architecture == "qwen2"
    for (name, shape) in [
      ("token_embd.weight", [8, 4]), ("output_norm.weight", [8]), ("blk.0.attn_norm.weight", [8]),
      ("blk.0.attn_q.weight", [8, 8]), ("blk.0.attn_k.weight", [8, 4]), ("blk.0.attn_v.weight", [8, 4]),
      ("blk.0.attn_q.bias", [8]), ("blk.0.attn_k.bias", [4]), ("blk.0.attn_v.bias", [4]),
      ("blk.0.attn_output.weight", [8, 8]), ("blk.0.ffn_norm.weight", [8]),
      ("blk.0.ffn_gate.weight", [8, 8]),
      ("blk.0.ffn_up.weight", [8, 8]), ("blk.0.ffn_down.weight", [8, 8]),
    ] as [(String, [Int64])] where name != without && (qwen || !name.hasSuffix("bias")) {
      append(name, shape, to: &file)
    }
    return file
  }
  private func append(_ name: String, _ shape: [Int64], to file: inout HandMade) {
    file.addTensor(name, shape, at: UInt64(file.data.count))
    file.data += [UInt8](repeating: 0, count: (Int(shape.reduce(4, *)) + 31) / 32 * 32)
  }

  private func outcome(_ file: HandMade) throws -> String {
    let file = try file.opened()
    do throws(ModelError) {
      try ModelConfig(gguf: file).checkTensors(of: file, formats: [.f32])
      return "fine"
    } catch { return error.description }
  }

  @Test func knowsItsArchitectures() throws {
    let qwen = try ModelConfig(gguf: model("qwen2").opened())
    #expect(qwen.ropePairing == .halves && qwen.qkvBias && qwen.tiedHead)
    #expect(qwen.headDim == 4 && qwen.ropeDimensions == 4 && qwen.ropeBase == 10_000)
    let llama = try ModelConfig(gguf: model("llama").opened())
    #expect(llama.ropePairing == .adjacent && !llama.qkvBias)
    #expect(try outcome(model("qwen2")) == "fine" && outcome(model("llama")) == "fine")
    var qwen3 = try model("qwen3")
    #expect(try outcome(qwen3).contains("lacks the tensor 'blk.0.attn_q_norm.weight' [4]"))
    for part in ["q", "k"] { append("blk.0.attn_\(part)_norm.weight", [4], to: &qwen3) }
    #expect(try outcome(qwen3) == "fine")
    #expect(
      try outcome(model("mamba")).hasSuffix("'mamba' is not supported; use one of: llama, qwen2, qwen3"))
  }

  @Test func faultsOfTheShapeAreNamed() throws {
    #expect(try outcome(model("llama", heads: 0)).contains("heads is 0, not 1 to"))
    #expect(try outcome(model("llama", heads: 3)).contains("width 8 does not divide into 3 heads"))
    #expect(
      try outcome(model("llama", without: "block_count")).contains("lacks the metadata 'llama.block_count'"))
    #expect(try outcome(model("llama", without: "token_embd.weight")).contains("vocabulary is 0"))
    var file = try model("llama")
    file.add("llama.vocab_size", 5)
    #expect(try outcome(file).contains("llama.vocab_size gives 5 tokens, but 'token_embd.weight' has 4"))
    file = try model("llama")
    file.add("llama.attention.value_length", 8)
    #expect(try outcome(file).contains("values of 8 beside keys of 4 are not supported"))
  }

  @Test func linearScalingAndFactorsOfFrequenciesAreRead() throws {
    var file = try model("llama")
    file.add("llama.rope.scaling.factor", float: 8)
    file.add("llama.rope.scaling.original_context_length", 16)
    append("rope_freqs.weight", [2], to: &file)
    let config = try ModelConfig(gguf: file.opened())
    #expect(config.ropeDivisor == 8 && config.ropeFactors)
    #expect(try outcome(file) == "fine")
    file.add("llama.rope.scaling.type", "none")
    #expect(try ModelConfig(gguf: file.opened()).ropeDivisor == 1)
  }

  @Test func otherScalingIsRefused() throws {
    var file = try model("llama")
    file.add("llama.rope.scaling.type", "yarn")
    #expect(try outcome(file).contains("RoPE scaling (llama.rope.scaling.type"))
    file = try model("llama")
    file.add("llama.rope.scaling.attn_factor", float: 1.5)
    #expect(try outcome(file).contains("is not supported; use a model without it"))
    file = try model("llama")
    file.add("llama.rope.scaling.factor", float: -1)
    #expect(try outcome(file).contains("RoPE scaling is -1.0, not a positive number"))
    file = try model("qwen2")
    append("rope_freqs.weight", [2], to: &file)
    #expect(try outcome(file).contains("tensor 'rope_freqs.weight' has no use in a qwen2 model"))
  }

  @Test func faultsOfTheTensorsAreNamed() throws {
    let missing = try model("qwen2", without: "blk.0.attn_k.bias")
    #expect(try outcome(missing).contains("lacks the tensor 'blk.0.attn_k.bias' [4]"))
    var file = try model("llama", without: "blk.0.ffn_up.weight")
    append("blk.0.ffn_up.weight", [8, 9], to: &file)
    #expect(try outcome(file).contains("tensor 'blk.0.ffn_up.weight' has shape [8, 9], not [8, 8]"))
    file = try model("llama")
    append("blk.0.attn_output.bias", [8], to: &file)
    #expect(try outcome(file).contains("tensor 'blk.0.attn_output.bias' has no use in a llama model"))
  }
}
