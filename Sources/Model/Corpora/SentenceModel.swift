/// The language's own probabilities: the best that any model of its texts can do. Texts are drawn from them and scored
/// with them.
public struct SentenceModel: Sendable {
  public let language: FormalLanguage
  private let letters: [Double], nouns: [Double]
  /// (nouns, verbs) and (verbs, nouns)
  let verbsOfNoun: [[Double]], objectsOfVerb: [[Double]]
  /// Of a whole sentence.
  let firstTokens: [Double]

  private typealias L = FormalLanguage

  public init(_ language: FormalLanguage) {
    precondition((1...100).contains(language.operands) && (1...10).contains(language.letters))
    precondition((1...26).contains(language.nouns) && (1...11).contains(language.verbs))
    precondition(language.copyLengths.lowerBound > 0 && (0...1).contains(language.noise))
    self.language = language
    (letters, nouns) = (language.letterTable, language.nounTable)
    verbsOfNoun = L.table(rows: language.nouns, columns: language.verbs, seed: 0x5EED_0001)
    objectsOfVerb = L.table(rows: language.verbs, columns: language.nouns, seed: 0x5EED_0002)
    var first = [Double](repeating: 0, count: L.alphabet.count)
    let kinds = L.normalised(language.kinds)
    for value in 0..<language.operands { first[value / 10] += kinds[0] / Double(language.operands) }
    for (letter, share) in letters.enumerated() { first[L.firstLetter + letter] += kinds[1] * share }
    for (noun, share) in nouns.enumerated() { first[L.firstNoun + noun] += kinds[2] * share }
    firstTokens = first
  }

  /// Probabilities of the token after `sentence`, what has been read since the last full stop, into `row`, which has
  /// one place for each token. `sentence` must be the beginning of a sentence of the language.
  public func fill(_ row: inout [Double], after sentence: some RandomAccessCollection<Int>) {
    for token in row.indices { row[token] = 0 }
    guard let first = sentence.first else { return row = firstTokens }
    switch first {
    case ..<L.plus: fillSum(&row, Array(sentence))
    case ..<L.firstNoun: fillCopy(&row, Array(sentence))
    default: fillAgreement(&row, Array(sentence))
    }
  }

  private func fillSum(_ row: inout [Double], _ s: [Int]) {
    switch s.count {
    case 1, 4:
      let tens = s[s.count - 1] * 10
      let possible = min(language.operands - tens, 10)
      for ones in 0..<possible { row[ones] = 1 / Double(possible) }
    case 2: row[L.plus] = 1
    case 3:
      for value in 0..<language.operands { row[value / 10] += 1 / Double(language.operands) }
    case 5: row[L.equals] = 1
    case 6, 7:
      let sum = (s[0] * 10 + s[1] + s[3] * 10 + s[4]) % 100
      fillNoisy(&row, s.count == 6 ? sum / 10 : sum % 10, among: 0..<10)
    default: row[L.stop] = 1
    }
  }

  private func fillCopy(_ row: inout [Double], _ s: [Int]) {
    guard let end = s.firstIndex(of: L.colon) else {
      let lengths = language.copyLengths
      // All remaining lengths are equally likely.
      let ends = lengths.contains(s.count) ? 1 / Double(lengths.upperBound - s.count + 1) : 0
      row[L.colon] = ends
      for (letter, share) in letters.enumerated() { row[L.firstLetter + letter] = (1 - ends) * share }
      return
    }
    let copied = s.count - end - 1
    guard copied < end else { return row[L.stop] = 1 }
    fillNoisy(&row, s[copied], among: L.firstLetter..<L.firstLetter + language.letters)
  }

  /// Noun and number, up to two more behind `~`, verb and number, object, full stop.
  private func fillAgreement(_ row: inout [Double], _ s: [Int]) {
    switch s[s.count - 1] {
    case L.attach: fillNouns(&row, nouns)
    case L.firstVerb..<L.one: fillNoisy(&row, s[1], among: L.one..<L.attach)
    case L.firstNoun..<L.firstVerb where s.count > 1 && s[s.count - 2] != L.attach: row[L.stop] = 1
    case L.firstNoun..<L.firstVerb: (row[L.one], row[L.many]) = (0.5, 0.5)
    default:
      let before = s[s.count - 2]
      if before >= L.firstVerb { return fillNouns(&row, objectsOfVerb[before - L.firstVerb]) }
      let attached = s.count { $0 == L.attach }
      let more = attached < L.mostAttached ? language.attachment : 0
      row[L.attach] = more
      for (verb, share) in verbsOfNoun[s[0] - L.firstNoun].enumerated() {
        row[L.firstVerb + verb] = (1 - more) * share
      }
    }
  }

  private func fillNouns(_ row: inout [Double], _ shares: [Double]) {
    for (noun, share) in shares.enumerated() { row[L.firstNoun + noun] = share }
  }

  /// `right`, or with the probability of noise any other token of `range`.
  private func fillNoisy(_ row: inout [Double], _ right: Int, among range: Range<Int>) {
    guard range.count > 1 else { return row[right] = 1 }
    for token in range { row[token] = language.noise / Double(range.count - 1) }
    row[right] = 1 - language.noise
  }
}
