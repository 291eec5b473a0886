import Statistics

/// Picks the next token from logits. The same seed and logits give the same tokens on every machine. After its first
/// token it allocates nothing.
public struct Sampler: Sendable {
  public let options: SamplingOptions
  private var generator: SeededGenerator
  private var current = TokenDistribution()

  /// A sampler whose random choices are those of `seed`.
  ///
  /// - Throws: where `options` make no sense.
  public init(_ options: SamplingOptions = SamplingOptions(), seed: UInt64 = 0) throws(ModelError) {
    if let problem = options.problem { throw ModelError(problem) }
    (self.options, generator) = (options, SeededGenerator(seed: seed))
  }

  /// The next token for `logits` (one per token of the vocabulary), where `tokens` came before. NaN is never picked.
  ///
  /// - Throws: where none of the logits is a number.
  public mutating func next(_ logits: Span<Float>, after tokens: [Int] = []) throws(ModelError) -> Int {
    if options.temperature == 0, options.repeatPenalty == 1 { return try Self.greedy(logits) }
    try current.fill(logits, options, after: tokens)
    return draw(from: current)
  }

  /// How likely each token is to be picked by `next`, after all filters. Copies nothing while the one returned before is
  /// gone.
  public mutating func distribution(_ logits: Span<Float>, after tokens: [Int] = []) throws(ModelError)
    -> TokenDistribution
  {
    try current.fill(logits, options, after: tokens)
    return current
  }

  /// A random token of `distribution`. A sure one costs no random number.
  public mutating func draw(from distribution: TokenDistribution) -> Int {
    distribution.token(at: distribution.count == 1 ? 0 : uniform())
  }

  /// A random number in [0, 1).
  public mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

  /// The index of the largest logit; the lowest index wins ties, NaN never wins.
  public static func greedy(_ logits: Span<Float>) throws(ModelError) -> Int {
    var best: Int?
    for index in logits.indices where !logits[index].isNaN {
      if best == nil || logits[index] > logits[best!] { best = index }
    }
    guard let best else { throw noNumber(among: logits.count) }
    return best
  }

  static func noNumber(among count: Int) -> ModelError {
    ModelError("none of the \(count) logits is a number; check the model's weights")
  }
}
