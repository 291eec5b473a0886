/// What one row of llama-bench measures: a prompt is read, or tokens are generated, or both, after `depth` tokens that
/// are in the KV cache already.
public struct BenchTest: Codable, Hashable, Sendable {
  /// Lengths in tokens; `prompt` and `generated` are not both zero.
  public var prompt: Int, generated: Int, depth: Int

  public init(prompt: Int, generated: Int, depth: Int = 0) {
    (self.prompt, self.generated, self.depth) = (prompt, generated, depth)
  }

  /// Tokens whose time counts.
  public var tokens: Int { prompt + generated }
  /// Tokens in the cache at the end.
  public var context: Int { depth + tokens }

  /// As llama-bench prints it: `pp512`, `tg128`, `pp512+tg128 @ d4096`.
  public var name: String { parts.joined(separator: "+") + (depth > 0 ? " @ d\(depth)" : "") }
  /// The same as the beginning of a case's id: `pp512-tg128.d4096`.
  public var id: String { parts.joined(separator: "-") + ".d\(depth)" }

  private var parts: [String] {
    (prompt > 0 ? ["pp\(prompt)"] : []) + (generated > 0 ? ["tg\(generated)"] : [])
  }

  private enum CodingKeys: String, CodingKey {
    case prompt = "n_prompt"
    case generated = "n_gen"
    case depth = "n_depth"
  }
}
