import Glibc

/// What the language's choices cost, worked out from its parameters alone.
///
/// A text is a concatenation of independent sentences, each of which shows where it ends. So its entropy per token is
/// that of a sentence over a sentence's mean length (a renewal process; Cover and Thomas 2006, §5.4 and problem 4.9),
/// and a sentence's is the sum over its choices, each times the expected number of such choices (the chain rule).
extension FormalLanguage {
  /// Nats per token of an endless text: no model's mean cross-entropy is lower.
  public var entropyPerToken: Double { sentenceEntropy / sentenceLength }

  /// Nats per sentence.
  public var sentenceEntropy: Double {
    let kinds = Self.normalised(self.kinds)
    let parts = [sumEntropy, copyEntropy, agreementEntropy]
    return Self.entropy(kinds) + zip(kinds, parts).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Tokens per sentence, full stop included.
  public var sentenceLength: Double {
    let kinds = Self.normalised(self.kinds)
    let parts = [9, 2 * meanCopyLength + 2, 6 + 3 * meanAttached]
    return zip(kinds, parts).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Two operands, and two digits of the sum with their noise.
  private var sumEntropy: Double { 2 * log(Double(operands)) + 2 * noiseEntropy(among: 10) }

  /// A length, letters, and the noise of their copies.
  private var copyEntropy: Double {
    log(Double(copyLengths.count))
      + meanCopyLength * (Self.entropy(letterTable) + noiseEntropy(among: letters))
  }

  private var meanCopyLength: Double { Double(copyLengths.lowerBound + copyLengths.upperBound) / 2 }

  /// Nouns with their numbers, whether another one follows, verb, the noise of its number, object.
  private var agreementEntropy: Double {
    let model = SentenceModel(self)
    let noun = Self.entropy(nounTable) + log(2)
    let verb = zip(nounTable, model.verbsOfNoun).reduce(0) { $0 + $1.0 * Self.entropy($1.1) }
    let object = zip(verbShares(model), model.objectsOfVerb).reduce(0) { $0 + $1.0 * Self.entropy($1.1) }
    return noun * (1 + meanAttached) + attachmentEntropy + verb + noiseEntropy(among: 2) + object
  }

  /// Attachment is decided after the first noun, and after the second where there is one.
  private var attachmentEntropy: Double {
    Self.entropy([attachment, 1 - attachment]) * (1 + attachment)
  }

  private var meanAttached: Double { attachment + attachment * attachment }

  /// How often each verb comes.
  private func verbShares(_ model: SentenceModel) -> [Double] {
    (0..<verbs).map { verb in
      zip(nounTable, model.verbsOfNoun).reduce(0) { $0 + $1.0 * $1.1[verb] }
    }
  }

  /// Of a token that is right, or one of the `count − 1` others.
  private func noiseEntropy(among count: Int) -> Double {
    count < 2 ? 0 : Self.entropy([noise, 1 - noise]) + noise * log(Double(count - 1))
  }

  /// −Σ p log p in nats.
  static func entropy(_ shares: [Double]) -> Double {
    -shares.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
  }
}
