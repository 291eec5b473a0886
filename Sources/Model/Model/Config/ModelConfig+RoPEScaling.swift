extension ModelConfig {
  /// By what linear scaling divides positions; 1 without it. Another scaling than that changes every angle: running
  /// without it would give text, but the wrong one. As llama.cpp does, a factor without a type is linear.
  static func ropeDivisor(_ file: GGUFFile, _ architecture: String) throws(ModelError) -> Float {
    let rope = "\(architecture).rope.", scaling = rope + "scaling."
    try refuseUnknownScaling(file, scaling)
    return try ModelError.wrapping { () throws(GGUFError) in
      let type: String = try file.optional(scaling + "type") ?? "linear"
      let older: Float? = try file.optional(rope + "scale_linear")
      let factor: Float = try file.optional(scaling + "factor") ?? older ?? 0
      return type == "none" || factor == 0 ? 1 : factor
    }
  }

  private static func refuseUnknownScaling(_ file: GGUFFile, _ scaling: String) throws(ModelError) {
    // The context before scaling serves YaRN alone.
    let harmless = ["factor", "original_context_length", "finetuned"].map { scaling + $0 }
    for (key, value) in file.metadata where key.hasPrefix(scaling) && !harmless.contains(key) {
      switch value {
      case .string("none") where key == scaling + "type": continue
      case .string("linear") where key == scaling + "type": continue
      case .float(1), .integer(1), .bool(false): continue
      default:
        let seen = printable("\(value)")
        throw ModelError(
          "\(file.path): RoPE scaling (\(key) = \(seen)) is not supported; use a model without it")
      }
    }
  }
}
