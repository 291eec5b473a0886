import Statistics

/// Texts of the formal language, as many as are wanted.
public struct LanguageCorpus: Corpus {
  public let language: FormalLanguage
  public let model: SentenceModel

  public init(_ language: FormalLanguage = FormalLanguage()) {
    (self.language, model) = (language, SentenceModel(language))
  }

  public var name: String { "formal language" }
  public var vocabulary: Int { FormalLanguage.alphabet.count }

  /// A full stop, and sentences from the beginning of one; the last is cut off.
  public func window(_ index: Int, length: Int, split: Split, seed: UInt64) -> [Int] {
    var random = SeededGenerator(seed: seed, split: split, index: index)
    var row = [Double](repeating: 0, count: vocabulary)
    var tokens = [FormalLanguage.stop], start = 1
    tokens.reserveCapacity(length + 1)
    while tokens.count <= length {
      model.fill(&row, after: tokens[start...])
      let token = Self.draw(row, random.uniform())
      tokens.append(token)
      if token == FormalLanguage.stop { start = tokens.count }
    }
    return tokens
  }

  /// The language's own probabilities of every token of a window after its first, row by row: (length, vocabulary).
  public func probabilities(of window: [Int]) -> [Double] {
    var row = [Double](repeating: 0, count: vocabulary)
    var rows: [Double] = [], start = 1
    rows.reserveCapacity(window.count * vocabulary)
    for index in 1..<window.count {
      model.fill(&row, after: window[start..<index])
      rows += row
      if window[index] == FormalLanguage.stop { start = index + 1 }
    }
    return rows
  }

  /// The token at which the running sum of `row` passes `share` in [0, 1).
  static func draw(_ row: [Double], _ share: Double) -> Int {
    var left = share
    for token in row.indices where row[token] > 0 {
      left -= row[token]
      if left < 0 { return token }
    }
    // Rounding left a crumb.
    return row.lastIndex { $0 > 0 }!
  }
}

/// A question whose answer follows from the text.
public struct CorpusTask: Sendable, Hashable {
  public let kind: FormalLanguage.Kind
  /// A full stop, and the sentence up to what has to be found.
  public let prompt: [Int]
  public let answer: [Int]
}

extension LanguageCorpus {
  /// `count` questions, of all kinds in turn: a sum's digits, a copy's letters, and the verb's number where the noun in
  /// front of the verb has another one than the first.
  public func tasks(_ count: Int, seed: UInt64) -> [CorpusTask] {
    var sure = language
    sure.noise = 0
    let source = LanguageCorpus(sure)
    var tasks: [CorpusTask] = [], index = 0
    while tasks.count < count {
      let wanted = FormalLanguage.Kind.allCases[tasks.count % FormalLanguage.Kind.allCases.count]
      // Longer than any sentence: twice the copied letters and two signs, or an agreement's twelve tokens.
      let length = max(14, 2 * language.copyLengths.upperBound + 2)
      let window = source.window(index, length: length, split: .heldOut, seed: seed)
      index += 1
      let sentence = Array(window[1...].prefix { $0 != FormalLanguage.stop })
      if let task = Self.task(sentence), task.kind == wanted { tasks.append(task) }
    }
    return tasks
  }

  /// The question that a sentence without its full stop asks, if it asks one.
  private static func task(_ sentence: [Int]) -> CorpusTask? {
    typealias L = FormalLanguage
    func split(_ kind: L.Kind, at index: Int, length: Int) -> CorpusTask {
      CorpusTask(
        kind: kind, prompt: [L.stop] + sentence[..<index], answer: Array(sentence[index..<index + length]))
    }
    if sentence[0] < L.plus { return split(.sum, at: 6, length: 2) }
    if let colon = sentence.firstIndex(of: L.colon) { return split(.copy, at: colon + 1, length: colon) }
    guard let verb = sentence.firstIndex(where: { L.firstVerb..<L.one ~= $0 }),
      sentence[verb - 1] != sentence[1]
    else { return nil }
    return split(.agreement, at: verb + 1, length: 1)
  }
}
