import Projection
import Quantities
import Testing

@Suite struct ModelShapeTests {
  /// What Hugging Face prints for the safetensors files of each release: all tensors, a tied head once.
  static let published: [(String, Double)] = [
    ("smollm2-135m", 134_515_008), ("qwen2.5-0.5b", 494_032_768), ("qwen2.5-1.5b", 1_543_714_304),
    ("qwen2.5-3b", 3_085_938_688), ("qwen2.5-7b", 7_615_616_512), ("tinyllama-1.1b", 1_100_048_384),
    ("gemma-3-1b", 999_885_952), ("llama-3.2-1b", 1_235_814_400), ("llama-3.2-3b", 3_212_749_824),
    ("llama-3.1-8b", 8_030_261_248), ("llama-3.1-70b", 70_553_706_496), ("llama-2-7b", 6_738_415_616),
    ("llama-2-13b", 13_015_864_320), ("phi-3-mini-3.8b", 3_821_079_552),
    ("r1-distill-qwen-1.5b", 1_777_088_000), ("r1-distill-qwen-7b", 7_615_616_512),
    ("r1-distill-llama-8b", 8_030_261_248), ("r1-distill-qwen-14b", 14_770_033_664),
    ("r1-distill-qwen-32b", 32_763_876_352),
  ]

  /// To the last one: matrices from the shape, norms and biases as the release's architecture has them.
  @Test(arguments: published) func parametersAreThoseOfTheRelease(name: String, count: Double) throws {
    let shape = try #require(ModelShape.named(name))
    #expect(shape.parameters + Double(vectors(shape)) == count)
    #expect(abs(shape.parameters / count - 1) < 0.001, "\(shape.parameters)")
  }

  /// Two norms for each layer and one at the end; in Gemma 3 four, and those of queries and keys; in Qwen 2 biases of
  /// queries, keys and values (`modeling_gemma3.py`, `modeling_qwen2.py`).
  private func vectors(_ shape: ModelShape) -> Int {
    if shape.name.hasPrefix("gemma-3") {
      return shape.width * (4 * shape.layers + 1) + 2 * shape.layers * shape.headDim
    }
    let biases = shape.layers * shape.headDim * (shape.heads + 2 * shape.kvHeads)
    return shape.width * (2 * shape.layers + 1) + (shape.name.contains("qwen") ? biases : 0)
  }

  @Test func everyShapeIsHeldAgainstItsRelease() {
    #expect(Set(ModelShape.all.map(\.name)) == Set(Self.published.map(\.0)))
  }

  /// Sizes of llama.cpp's files, and of those that Ollama's tags name (by digest: a42b25d8c10a, 65ec06548149,
  /// 0a8c26691023, 4f2222927938, d475bf4c50bc, baf6a787fdff): they tell a format from the others.
  @Test(arguments: [
    ("r1-distill-qwen-1.5b", "q4_k_m", 1_117_322_599), ("qwen2.5-1.5b", "q4_k_m", 986_061_892),
    ("r1-distill-qwen-7b", "q4_k_m", 4_683_075_271), ("phi-3-mini-3.8b", "q4_0", 2_176_178_913),
    ("llama-2-13b", "q4_0", 7.4e9), ("llama-3.2-1b", "q8_0", 1.3e9), ("llama-3.1-8b", "q4_k_m", 4.92e9),
    ("qwen2.5-0.5b", "q4_k_m", 398e6), ("llama-3.2-3b", "q4_k_m", 2.02e9), ("llama-3.1-8b", "q8_0", 8.54e9),
    ("llama-3.1-8b", "f16", 16.06e9),
  ])
  func filesAreAsLargeAsPublished(name: String, type: String, bytes: Double) throws {
    let shape = try #require(ModelShape.named(name)), type = try #require(WeightType(type))
    #expect(abs(shape.fileBytes(type).value / bytes - 1) < 0.02, "\(shape.fileBytes(type).value)")
  }

  @Test func typesHaveNames() {
    for name in WeightType.names { #expect(WeightType(name.uppercased())?.name == name) }
    #expect(WeightType("q9") == nil && ModelShape.named("gpt-5") == nil)
  }

  /// 2 (keys, values) · 2 bytes · 28 layers · 2 heads · 128 · 1000 tokens.
  @Test func cacheAndAttention() throws {
    let shape = try #require(ModelShape.named("r1-distill-qwen-1.5b"))
    #expect(shape.cacheBytes(tokens: 1000) == Bytes(28_672_000))
    #expect(shape.attentionFLOPs(tokens: 1000) == FLOPs(4 * 28 * 12 * 128 * 1000))
  }
}
