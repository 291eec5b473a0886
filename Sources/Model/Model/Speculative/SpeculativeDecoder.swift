/// Speculative decoding (Leviathan et al. 2023, arXiv 2211.17192): a small model guesses some tokens, the large one reads
/// all guesses in one pass and keeps those that it would have picked itself. What comes out has the distribution of the
/// large model alone; at temperature 0 it is the same text.
public struct SpeculativeDecoder: Sendable {
  /// What came of the guesses so far.
  public struct Statistics: Hashable, Sendable {
    /// Tokens that the small model guessed, and how many of them the large one kept.
    public internal(set) var guessed = 0, accepted = 0
    /// Passes of the large model after the prompt's, and tokens that came out of them.
    public internal(set) var passes = 0, produced = 0

    public init() {}

    /// Counts what came of other guesses, too.
    public mutating func add(_ other: Statistics) {
      guessed += other.guessed
      accepted += other.accepted
      passes += other.passes
      produced += other.produced
    }

    /// Which share of the guesses was kept; nil without guesses.
    public var acceptance: Double? { guessed > 0 ? Double(accepted) / Double(guessed) : nil }
    /// nil before the first pass.
    public var tokensPerPass: Double? { passes > 0 ? Double(produced) / Double(passes) : nil }
  }

  public private(set) var statistics = Statistics()
  /// The prompt and all that came after it.
  public private(set) var tokens: [Int]

  private let target: Transformer, draft: Transformer
  private var sampler: Sampler
  /// What the guesses were drawn from, one for each; reused.
  private var guesses: [TokenDistribution]
  private var wanted = TokenDistribution()
  private var verifier: GuessVerifier

  /// Forgets what both models have seen and reads all of `prompt` but its last token.
  ///
  /// - Parameters:
  ///   - target: the model whose text is wanted, with room for the prompt and all tokens that follow.
  ///   - draft: a smaller model with the same vocabulary and as much room.
  ///   - length: how many tokens `draft` guesses at once.
  ///   - sampler: picks guesses and tokens; all random numbers are its.
  /// - Throws: where the vocabularies differ, or the prompt cannot be read.
  public init(target: Transformer, draft: Transformer, length: Int, sampler: Sampler, prompt: [Int])
    throws(ModelError)
  {
    let (wanted, given) = (target.config.vocabulary, draft.config.vocabulary)
    guard given == wanted else {
      throw ModelError("the draft model has \(given) tokens, the model \(wanted); use two of one family")
    }
    guard length > 0 else { throw ModelError("\(length) guesses at once; give 1 or more") }
    guard !prompt.isEmpty else { throw ModelError("no tokens to read; give a prompt") }
    (self.target, self.draft, self.sampler, tokens) = (target, draft, sampler, prompt)
    guesses = Array(repeating: TokenDistribution(), count: length)
    verifier = GuessVerifier(vocabulary: wanted)
    for model in [target, draft] {
      model.cache.truncate(to: 0)
      if prompt.count > 1 { _ = try model.forward(prompt.dropLast()) }
    }
  }

  /// The next tokens, at least one and at most `most`, from one pass of the large model.
  public mutating func advance(atMost most: Int) throws(ModelError) -> ArraySlice<Int> {
    precondition(most > 0, "\(most) tokens")
    let start = tokens.count
    let guessed = try guess(min(guesses.count, most - 1))
    // The last token of each round is read in the next one.
    let logits = try target.forward(Array(tokens[target.cache.count...]) + guessed, logits: .all)
    var index = 0
    while try choose(index < guessed.count ? guessed[index] : nil, index, logits) { index += 1 }
    for model in [target, draft] { model.cache.truncate(to: min(model.cache.count, tokens.count - 1)) }
    statistics.guessed += guessed.count
    statistics.accepted += tokens.count - start - 1
    statistics.passes += 1
    statistics.produced += tokens.count - start
    return tokens[start...]
  }

  /// `count` guesses of what follows.
  private mutating func guess(_ count: Int) throws(ModelError) -> [Int] {
    var all = tokens
    for index in 0..<count {
      let logits = try draft.forward(Array(all[draft.cache.count...]))
      try fill(&guesses[index], logits, row: 0, after: all)
      all.append(sampler.draw(from: guesses[index]))
    }
    return Array(all[tokens.count...])
  }

  /// Appends a token that has the large model's distribution in place of `guess`, or after all guesses. True where it is
  /// the guess, so that the next one counts.
  private mutating func choose(_ guess: Int?, _ row: Int, _ logits: Logits) throws(ModelError) -> Bool {
    try fill(&wanted, logits, row: row, after: tokens)
    guard let guess else {
      tokens.append(sampler.draw(from: wanted))
      return false
    }
    let token = verifier.verify(guess, drawnFrom: guesses[row], wanted: wanted, with: &sampler)
    tokens.append(token ?? guess)
    return token == nil
  }

  private func fill(_ distribution: inout TokenDistribution, _ logits: Logits, row: Int, after tokens: [Int])
    throws(ModelError)
  {
    let width = target.config.vocabulary
    try logits.withSpan { span throws(ModelError) in
      try distribution.fill(span.extracting(row * width..<(row + 1) * width), sampler.options, after: tokens)
    }
  }
}
