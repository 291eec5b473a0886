extension ModelShape {
  /// Shapes from the `config.json` of each release.
  public static let all: [ModelShape] = [
    ModelShape("smollm2-135m", 576, layers: 30, heads: (9, 3, 64), ffn: 1536, vocabulary: (49_152, true)),
    ModelShape("qwen2.5-0.5b", 896, layers: 24, heads: (14, 2, 64), ffn: 4864, vocabulary: (151_936, true)),
    ModelShape(
      "qwen2.5-1.5b", 1536, layers: 28, heads: (12, 2, 128), ffn: 8960, vocabulary: (151_936, true)),
    ModelShape(
      "qwen2.5-3b", 2048, layers: 36, heads: (16, 2, 128), ffn: 11_008, vocabulary: (151_936, true)),
    ModelShape(
      "qwen2.5-7b", 3584, layers: 28, heads: (28, 4, 128), ffn: 18_944, vocabulary: (152_064, false)),
    ModelShape(
      "tinyllama-1.1b", 2048, layers: 22, heads: (32, 4, 64), ffn: 5632, vocabulary: (32_000, false)),
    ModelShape("gemma-3-1b", 1152, layers: 26, heads: (4, 1, 256), ffn: 6912, vocabulary: (262_144, true)),
    ModelShape("llama-3.2-1b", 2048, layers: 16, heads: (32, 8, 64), ffn: 8192, vocabulary: (128_256, true)),
    ModelShape("llama-3.2-3b", 3072, layers: 28, heads: (24, 8, 128), ffn: 8192, vocabulary: (128_256, true)),
    ModelShape(
      "llama-3.1-8b", 4096, layers: 32, heads: (32, 8, 128), ffn: 14_336, vocabulary: (128_256, false)),
    ModelShape(
      "llama-3.1-70b", 8192, layers: 80, heads: (64, 8, 128), ffn: 28_672, vocabulary: (128_256, false)),
    ModelShape(
      "llama-2-7b", 4096, layers: 32, heads: (32, 32, 128), ffn: 11_008, vocabulary: (32_000, false)),
    ModelShape(
      "llama-2-13b", 5120, layers: 40, heads: (40, 40, 128), ffn: 13_824, vocabulary: (32_000, false)),
    ModelShape(
      "phi-3-mini-3.8b", 3072, layers: 32, heads: (32, 32, 96), ffn: 8192, vocabulary: (32_064, false)),
    ModelShape(
      "r1-distill-qwen-1.5b", 1536, layers: 28, heads: (12, 2, 128), ffn: 8960, vocabulary: (151_936, false)),
    ModelShape(
      "r1-distill-qwen-7b", 3584, layers: 28, heads: (28, 4, 128), ffn: 18_944, vocabulary: (152_064, false)),
    ModelShape(
      "r1-distill-llama-8b", 4096, layers: 32, heads: (32, 8, 128), ffn: 14_336,
      vocabulary: (128_256, false)),
    ModelShape(
      "r1-distill-qwen-14b", 5120, layers: 48, heads: (40, 8, 128), ffn: 13_824,
      vocabulary: (152_064, false)),
    ModelShape(
      "r1-distill-qwen-32b", 5120, layers: 64, heads: (40, 8, 128), ffn: 27_648,
      vocabulary: (152_064, false)),
  ]

  /// The shape of this name; nil where there is none.
  public static func named(_ name: String) -> ModelShape? { all.first { $0.name == name.lowercased() } }
}
