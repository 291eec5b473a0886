import Glibc
import Statistics

/// Picks the next token from logits: greedily at temperature 0, else at random with a seed.
public struct Sampler: Sendable {
  public let temperature: Float
  private var generator: SeededGenerator

  /// A negative or infinite temperature, or NaN, is refused.
  public init(temperature: Float = 0, seed: UInt64 = 0) throws(ModelError) {
    guard temperature >= 0, temperature.isFinite else {
      throw ModelError("temperature \(temperature) cannot be used; give 0 (greedy) or a positive number")
    }
    (self.temperature, generator) = (temperature, SeededGenerator(seed: seed))
  }

  /// The next token for `logits` (one per token of the vocabulary). NaN is never picked; an error where
  /// there is nothing else.
  public mutating func next(_ logits: Span<Float>) throws(ModelError) -> Int {
    let best = try Self.greedy(logits)
    guard temperature > 0, logits[best].isFinite else { return best }
    func weight(_ index: Int) -> Double {
      let logit = logits[index]
      return logit.isNaN ? 0 : exp((Double(logit) - Double(logits[best])) / Double(temperature))
    }
    var total = 0.0
    for index in logits.indices { total += weight(index) }
    var left = Double(generator.next() >> 11) * 0x1p-53 * total
    for index in logits.indices {
      left -= weight(index)
      if left < 0 { return index }
    }
    return best  // rounding left a crumb
  }

  /// The index of the largest logit; the lowest index wins ties, NaN never wins.
  public static func greedy(_ logits: Span<Float>) throws(ModelError) -> Int {
    var best: Int?
    for index in logits.indices where !logits[index].isNaN {
      if best == nil || logits[index] > logits[best!] { best = index }
    }
    guard let best else {
      throw ModelError("none of the \(logits.count) logits is a number; check the model's weights")
    }
    return best
  }
}
