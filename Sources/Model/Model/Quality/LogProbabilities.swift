import Glibc

/// Logarithms of the probabilities of all next tokens: log softmax of a row of logits, in double. Good for as long as the
/// row's memory is.
public struct LogProbabilities {
  private let logits: UnsafeBufferPointer<Float>
  /// log Σ exp(logit)
  private let logSum: Double
  /// The likeliest token; the lowest of several.
  public let top: Int

  /// - Throws: where a logit is NaN or infinite, which weights give that are damaged.
  public init(_ logits: UnsafeBufferPointer<Float>) throws(ModelError) {
    var top = 0
    for index in logits.indices where logits[index] > logits[top] { top = index }
    let largest = Double(logits[top])
    let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
    guard largest.isFinite, sum.isFinite else {
      throw ModelError("a logit is not a number; check the model's weights")
    }
    (self.logits, self.top, logSum) = (logits, top, largest + log(sum))
  }

  public subscript(token: Int) -> Double { Double(logits[token]) - logSum }

  /// KL divergence of `other` from this one, in nats: Σ p · (log p − log q).
  public func divergence(of other: LogProbabilities) -> Double {
    var sum = 0.0
    for token in logits.indices {
      let logP = self[token]
      sum += exp(logP) * (logP - other[token])
    }
    return sum
  }
}
