extension ModelConfig {
  /// The names that `preset` knows, from the smallest model to the largest.
  public static var presetNames: [String] { presets.map { $0.name } }

  /// The shape of a well-known model, from the `config.json` of its release; an error that lists the names
  /// where `name` is not known.
  public static func preset(_ name: String) throws(ModelError) -> ModelConfig {
    guard let config = presets.first(where: { $0.name == name })?.config else {
      let list = presetNames.joined(separator: ", ")
      throw ModelError("no preset is named '\(printable(name))'; use one of: \(list)")
    }
    return config
  }

  private static let presets: [(name: String, config: ModelConfig)] = [
    ("stories-260k", stories260K), ("stories-15m", stories15M), ("smollm2-135m", smolLM2),
    ("qwen2.5-0.5b", qwen2), ("tinyllama-1.1b", tinyLlama), ("r1-distill-qwen-1.5b", r1DistillQwen),
  ]

  private static let stories260K = ModelConfig(
    architecture: "llama", width: 64, layers: 5, heads: 8, kvHeads: 4, headDim: 8, ffn: 172,
    vocabulary: 512, context: 512, rmsEpsilon: 1e-5, ropeBase: 10_000, ropeDimensions: 8,
    ropePairing: .adjacent, tiedHead: false, qkvBias: false)

  private static let stories15M = ModelConfig(
    architecture: "llama", width: 288, layers: 6, heads: 6, kvHeads: 6, headDim: 48, ffn: 768,
    vocabulary: 32_000, context: 256, rmsEpsilon: 1e-5, ropeBase: 10_000, ropeDimensions: 48,
    ropePairing: .adjacent, tiedHead: true, qkvBias: false)

  private static let smolLM2 = ModelConfig(
    architecture: "llama", width: 576, layers: 30, heads: 9, kvHeads: 3, headDim: 64, ffn: 1536,
    vocabulary: 49_152, context: 8192, rmsEpsilon: 1e-5, ropeBase: 100_000, ropeDimensions: 64,
    ropePairing: .adjacent, tiedHead: true, qkvBias: false)

  private static let qwen2 = ModelConfig(
    architecture: "qwen2", width: 896, layers: 24, heads: 14, kvHeads: 2, headDim: 64, ffn: 4864,
    vocabulary: 151_936, context: 32_768, rmsEpsilon: 1e-6, ropeBase: 1_000_000, ropeDimensions: 64,
    ropePairing: .halves, tiedHead: true, qkvBias: true)

  private static let tinyLlama = ModelConfig(
    architecture: "llama", width: 2048, layers: 22, heads: 32, kvHeads: 4, headDim: 64, ffn: 5632,
    vocabulary: 32_000, context: 2048, rmsEpsilon: 1e-5, ropeBase: 10_000, ropeDimensions: 64,
    ropePairing: .adjacent, tiedHead: false, qkvBias: false)

  private static let r1DistillQwen = ModelConfig(
    architecture: "qwen2", width: 1536, layers: 28, heads: 12, kvHeads: 2, headDim: 128, ffn: 8960,
    vocabulary: 151_936, context: 131_072, rmsEpsilon: 1e-6, ropeBase: 10_000, ropeDimensions: 128,
    ropePairing: .halves, tiedHead: false, qkvBias: true)
}
