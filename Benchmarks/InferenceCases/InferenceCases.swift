import Kernels
import Measurement
import Model
import Quantities
import ReferenceKernels
import Statistics

/// Prefill and decode of one model, the backends side by side.
public struct InferenceCases {
  /// Lengths in tokens.
  public struct Lengths: Hashable, Sendable {
    /// The prompt of the prefill case, and the context at which decoding starts.
    public var prompt: Int
    /// Decoded tokens before the context is cut back to the prompt.
    public var generated: Int

    public init(prompt: Int, generated: Int) { (self.prompt, self.generated) = (prompt, generated) }

    /// The context that a transformer needs.
    public var context: Int { prompt + generated }
    /// What a decoded token sees.
    var meanContext: Double { Double(prompt) + Double(generated + 1) / 2 }

    func prefillFLOPs(_ config: ModelConfig) -> FLOPs {
      let perToken = config.flops(context: Double(prompt + 1) / 2, withHead: false)
      return FLOPs(Double(prompt) * perToken + 2 * Double(config.width * config.vocabulary))
    }

    func decodeFLOPs(_ config: ModelConfig) -> FLOPs { FLOPs(config.flops(context: meanContext)) }
  }

  public let model: BenchModel
  public let lengths: Lengths
  private let prompt: [Int]
  private let oracle: Oracle

  /// `seed` decides the prompt; speed does not depend on it.
  public init(model: BenchModel, lengths: Lengths, seed: UInt64) {
    self.model = model
    self.lengths = lengths
    var random = SeededGenerator(seed: seed)
    prompt = (0..<lengths.prompt).map { _ in Int(random.next() % UInt64(model.config.vocabulary)) }
    oracle = Oracle(model.weights, tokens: Array(prompt.prefix(Oracle.tokens)), reference: model.reference)
  }

  public var prefillID: String { Self.prefillID(model.name, lengths) }
  public var decodeID: String { Self.decodeID(model.name, lengths) }

  /// The ids of a model's cases, before it is loaded.
  public static func prefillID(_ model: String, _ lengths: Lengths, format: String = "f32") -> String {
    "prefill.\(model).\(format).p\(lengths.prompt)"
  }
  public static func decodeID(_ model: String, _ lengths: Lengths, format: String = "f32") -> String {
    "decode.\(model).\(format).d\(lengths.prompt)"
  }

  /// The prompt, into an empty cache, up to the logits of its last token.
  public func prefill() throws -> Case {
    try Case(
      id: prefillID, title: "prefill of \(lengths.prompt) tokens",
      work: Work(flops: lengths.prefillFLOPs(model.config), tokens: Tokens(lengths.prompt)),
      alternatives: model.transformers.map { transformer in
        alternative(transformer) { for _ in 0..<$0 { try runPrefill(transformer) } }
      })
  }

  /// One token after the prompt, and the next, up to `generated`; then again from the prompt.
  public func decode() throws -> Case {
    let work = Work(
      flops: lengths.decodeFLOPs(model.config), bytes: bytesPerToken(model.transformers[0]), tokens: Tokens(1)
    )
    return try Case(
      id: decodeID, title: "decode at \(lengths.prompt) tokens", work: work,
      alternatives: model.transformers.map { transformer in
        alternative(transformer) { for _ in 0..<$0 { try runDecode(transformer) } }
      })
  }

  /// One prompt.
  public func runPrefill(_ transformer: Transformer) throws {
    transformer.cache.truncate(to: 0)
    _ = try transformer.forward(prompt)
  }

  /// One token.
  public func runDecode(_ transformer: Transformer) throws {
    if transformer.cache.count < lengths.prompt { try runPrefill(transformer) }
    if transformer.cache.count >= lengths.context { transformer.cache.truncate(to: lengths.prompt) }
    _ = try transformer.forward([prompt[transformer.cache.count % prompt.count]])
  }

  /// Weights and cached keys and values that one decoded token reads.
  public func bytesPerToken(_ transformer: Transformer) -> Bytes {
    let cache = Double(transformer.cache.bytesRead(atContext: 1)) * lengths.meanContext
    return Bytes(Double(transformer.weights.bytesPerToken) + cache)
  }

  private func alternative(_ transformer: Transformer, body: @escaping (Int) throws -> Void) -> Alternative {
    Alternative(
      transformer.kernels.name, cooldown: Seconds(transformer.kernels.lingering),
      check: { try oracle.check(transformer) }, body: body)
  }
}
