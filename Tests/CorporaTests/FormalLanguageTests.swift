import Foundation
import Testing

@testable import Corpora

@Suite struct FormalLanguageTests {
  private typealias L = FormalLanguage

  /// All sentences with their probabilities, by walking through everything that the language's own probabilities allow.
  private func sentences(_ model: SentenceModel) -> [(tokens: [Int], share: Double)] {
    var found: [(tokens: [Int], share: Double)] = []
    var open: [(tokens: [Int], share: Double)] = [([], 1)]
    var row = [Double](repeating: 0, count: L.alphabet.count)
    while let next = open.popLast() {
      model.fill(&row, after: next.tokens)
      for token in row.indices where row[token] > 0 {
        let longer = (tokens: next.tokens + [token], share: next.share * row[token])
        if token == L.stop { found.append(longer) } else { open.append(longer) }
      }
    }
    return found
  }

  private func small(noise: Double) -> FormalLanguage {
    var small = FormalLanguage()
    (small.operands, small.letters, small.copyLengths) = (12, 3, 1...3)
    (small.nouns, small.verbs, small.noise) = (3, 2, noise)
    return small
  }

  @Test func alphabetHasOneCharacterForEachToken() {
    #expect(L.alphabet.count == 64)
    #expect(Set(L.alphabet).count == 64)
    #expect(L.text([L.stop, L.plus, L.one, L.many, L.attach, L.firstNoun, L.firstVerb]) == ".+_s~Ak")
  }

  /// The formulas against a sum over every sentence there is.
  @Test(arguments: [0, 0.1, 0.5]) func entropyIsThatOfAllSentences(noise: Double) {
    let language = small(noise: noise)
    let all = sentences(SentenceModel(language))
    let total = all.reduce(0) { $0 + $1.share }
    let entropy = -all.reduce(0) { $0 + $1.share * log($1.share) }
    let length = all.reduce(0) { $0 + $1.share * Double($1.tokens.count) }
    #expect(abs(total - 1) < 1e-10)
    #expect(abs(entropy - language.sentenceEntropy) < 1e-9)
    #expect(abs(length - language.sentenceLength) < 1e-9)
    #expect(Set(all.map(\.tokens)).count == all.count, "two derivations of one sentence")
  }

  /// The formulas against how surprising a long text is.
  @Test func longTextIsAsSurprisingAsTheEntropySays() {
    let corpus = LanguageCorpus(), length = 100_000
    let text = corpus.window(0, length: length, split: .heldOut, seed: 5)
    let rows = corpus.probabilities(of: text)
    let bits = (0..<length).map { -log(rows[$0 * corpus.vocabulary + text[$0 + 1]]) }
    let mean = bits.reduce(0, +) / Double(length)
    // A sentence's information scatters by about 4 nats: 10,000 of them know the rate to about half a percent.
    #expect(abs(mean / corpus.language.entropyPerToken - 1) < 0.015)
  }

  /// Sentences read as characters, by rules that are written down here once more.
  /// Sentences of each kind, and what of them is wrong.
  private struct Tally {
    var sums = 0, copies = 0, agreements = 0
    var digits = 0, letters = 0, numbers = 0
    var copied = 0

    mutating func add(_ sentence: Substring) throws {
      let s = Array(String(sentence))
      if s[0].isNumber {
        #expect(s.count == 8 && s[2] == "+" && s[5] == "=")
        let terms = sentence.split { "+=".contains($0) }.compactMap { Int($0) }
        let sum = Array(String(format: "%02d", (terms[0] + terms[1]) % 100))
        digits += zip(sum, s[6...]).count { $0 != $1 }
        sums += 1
      } else if s[0].isLowercase {
        let halves = sentence.split(separator: ":", omittingEmptySubsequences: false)
        #expect(halves.count == 2 && halves[0].count == halves[1].count)
        letters += zip(halves[0], halves[1]).count { $0 != $1 }
        copied += halves[0].count
        copies += 1
      } else {
        let verb = try #require(s.firstIndex { $0.isLowercase && $0 != "s" })
        #expect(s.count == verb + 3 && s[verb + 2].isUppercase && verb % 3 == 2)
        numbers += s[1] != s[verb + 1] ? 1 : 0
        agreements += 1
      }
    }
  }

  @Test func textsHaveTheFormAndTheNoiseThatTheLanguageClaims() throws {
    let corpus = LanguageCorpus()
    let text = L.text(corpus.window(3, length: 60_000, split: .training, seed: 9).dropFirst())
    var found = Tally()
    for sentence in text.split(separator: ".").dropLast() { try found.add(sentence) }
    let all = Double(found.sums + found.copies + found.agreements)
    for (count, share) in [(found.sums, 0.3), (found.copies, 0.3), (found.agreements, 0.4)] {
      #expect(abs(Double(count) / all - share) < 0.03)
    }
    for (wrong, of) in [
      (found.digits, 2 * found.sums), (found.letters, found.copied), (found.numbers, found.agreements),
    ] { #expect(abs(Double(wrong) / Double(of) - 0.1) < 0.025) }
  }

  @Test func probabilitiesOfEveryTokenSumToOne() {
    let corpus = LanguageCorpus()
    let window = corpus.window(1, length: 300, split: .training, seed: 2)
    let rows = corpus.probabilities(of: window)
    #expect(rows.count == 300 * 64)
    for index in 0..<300 {
      #expect(abs(rows[index * 64..<(index + 1) * 64].reduce(0, +) - 1) < 1e-12)
      #expect(rows[index * 64 + window[index + 1]] > 0)
    }
  }

  @Test func seedsAndSplitsDecideTheText() {
    let corpus = LanguageCorpus()
    func window(_ index: Int, _ split: Split, _ seed: UInt64) -> [Int] {
      corpus.window(index, length: 64, split: split, seed: seed)
    }
    #expect(window(7, .training, 1) == window(7, .training, 1))
    let others = [window(7, .heldOut, 1), window(8, .training, 1), window(7, .training, 2)]
    #expect(Set(others + [window(7, .training, 1)]).count == 4)
    #expect(others.allSatisfy { $0.first == L.stop && $0.count == 65 })
  }

  @Test func answersOfTasksFollowFromTheirPrompts() throws {
    let tasks = LanguageCorpus().tasks(60, seed: 4)
    #expect(tasks.map(\.kind).prefix(4) == [.sum, .copy, .agreement, .sum])
    for task in tasks {
      let prompt = L.text(task.prompt.dropFirst()), answer = L.text(task.answer)
      switch task.kind {
      case .sum:
        let numbers = prompt.split { "+=".contains($0) }.compactMap { Int($0) }
        #expect(Int(answer) == numbers[0] + numbers[1])
      case .copy: #expect(prompt == answer + ":")
      case .agreement:
        let s = Array(prompt)
        #expect(answer == String(s[1]) && s[s.count - 2] != s[1])
      }
    }
    #expect(Set(tasks).count > 50)
  }
}
