import Quantities

/// How well a model in one format predicts a text. What a token of it takes in joules is told by the energy of the same
/// model and format, in whichever run has it.
public struct PerplexityRecord: Codable, Hashable, Sendable {
  /// As in `ModelRecord.name`.
  public var model: String
  /// The format of its weights: `f32`, `q4_k`.
  public var weights: String
  public var size: Bytes
  /// The text's name, and how many of its tokens were predicted.
  public var text: String
  public var tokens: Int
  /// exp of the mean negative log-likelihood of a token, as llama.cpp's llama-perplexity has it.
  public var perplexity: Double
  /// Its standard error; nil where there were too few windows.
  public var perplexityError: Double?
  /// The model from which `divergence` is taken.
  public var reference: String?
  /// Mean KL divergence from the reference, in nats; nil without one.
  public var divergence: Double?
  /// The model that it was distilled from; nil for all others.
  public var teacher: String?

  public init(model: String, weights: String, size: Bytes, text: String, tokens: Int, perplexity: Double) {
    (self.model, self.weights, self.size) = (model, weights, size)
    (self.text, self.tokens, self.perplexity) = (text, tokens, perplexity)
  }

  private enum CodingKeys: String, CodingKey {
    case size = "size_bytes"
    case perplexityError = "perplexity_error"
    case divergence = "kl_nats"
    case model, weights, text, tokens, perplexity, reference, teacher
  }
}
