import Statistics

/// A text that somebody gave, as tokens: its end is held out, the rest is learned.
public struct TextCorpus: Corpus {
  public let name: String
  public let vocabulary: Int
  /// The tokens of each part, in their order.
  private let training: [Int32], heldOut: [Int32]

  /// The share of the text that is held out, at its end: neighbouring passages resemble each other, so that scattered
  /// pieces would be known in part.
  public static let heldOutShare = 0.1
  /// The vocabulary of bytes.
  public static let byteVocabulary = 256

  /// - Parameters:
  ///   - tokens: the whole text, each token below `vocabulary`.
  ///   - windowLength: the longest window that will be asked for.
  /// - Throws: where the text is empty or a part is shorter than two windows, or a token lies outside the vocabulary.
  public init(name: String, tokens: [Int], vocabulary: Int, windowLength: Int) throws(CorpusError) {
    guard !tokens.isEmpty else { throw CorpusError("\(name): empty; give a text to learn from") }
    let start = tokens.count - Int(Double(tokens.count) * Self.heldOutShare)
    let needed = Int((Double(2 * (windowLength + 1)) / Self.heldOutShare).rounded(.up))
    guard tokens.count >= needed else {
      let problem = "\(tokens.count) tokens are too few for windows of \(windowLength)"
      throw CorpusError("\(name): \(problem); give \(needed) or more, or shorter windows")
    }
    if let wrong = tokens.first(where: { !(0..<vocabulary).contains($0) }) {
      throw CorpusError(
        "\(name): token \(wrong) is outside the vocabulary of \(vocabulary); use the model's own tokenizer")
    }
    (self.name, self.vocabulary) = (name, vocabulary)
    training = tokens[..<start].map { Int32($0) }
    heldOut = tokens[start...].map { Int32($0) }
  }

  /// A text byte by byte; it must be UTF-8, or the model would learn to write broken text.
  public init(name: String, utf8 bytes: [UInt8], windowLength: Int) throws(CorpusError) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw CorpusError("\(name): not UTF-8; convert the text first (iconv -t UTF-8)")
    }
    try self.init(
      name: name, tokens: bytes.map { Int($0) }, vocabulary: Self.byteVocabulary, windowLength: windowLength)
  }

  /// A passage that begins anywhere.
  public func window(_ index: Int, length: Int, split: Split, seed: UInt64) -> [Int] {
    let part = split == .training ? training : heldOut
    precondition(part.count > length, "a window of \(length) in \(part.count) tokens")
    var random = SeededGenerator(seed: seed, split: split, index: index)
    let start = random.index(below: part.count - length)
    return part[start...(start + length)].map { Int($0) }
  }
}
