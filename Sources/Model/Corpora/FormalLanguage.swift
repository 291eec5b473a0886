import Statistics

/// A small language with known probabilities: sums, copies and sentences whose verb agrees with its noun. Each token is
/// one ASCII character, so that its texts are UTF-8 too. How well any model can predict it is known exactly.
///
/// A text is a series of independent sentences of three kinds, each of which ends with a full stop:
///
///     07+15=22.     two operands and their sum (mod 100)
///     caab:caab.    letters and their copy
///     Ds~B_ks~F.    a noun with its number (`_` one, `s` many), nouns that belong to it behind `~`, a verb with the
///                   first noun's number, and what the verb is about
///
/// Nouns choose their verbs, and verbs their objects, by fixed tables of probabilities. Every token that follows from
/// what came before, a sum's digit, a letter of the copy, a verb's number, is wrong with probability `noise`, like
/// labels that people gave. The first character tells the kind, and every choice shows in its token: a text has one
/// derivation, and its entropy is that of the choices (`entropyPerToken`).
public struct FormalLanguage: Sendable, Hashable {
  /// Operands are 0 ..< operands, at most 100.
  public var operands = 20
  /// Letters that are copied, from the front of the alphabet's ten.
  public var letters = 10
  /// Letters of a copy, each length equally likely.
  public var copyLengths = 2...6
  /// Nouns and verbs in use, at most 26 and 11.
  public var nouns = 26, verbs = 11
  /// The probability that a noun has one more noun behind it; two at most.
  public var attachment = 0.4
  /// The probability that a token which follows from the text is another one.
  public var noise = 0.1
  /// Probabilities of the kinds, in the order of `Kind`.
  public var kinds = [0.3, 0.3, 0.4]

  public init() {}

  public enum Kind: Int, Sendable, Hashable, CaseIterable {
    case sum, copy, agreement

    /// As reports name the task.
    public var name: String {
      switch self {
      case .sum: "arithmetic"
      case .copy: "copying"
      case .agreement: "agreement"
      }
    }
  }

  /// The most nouns behind the first one.
  static let mostAttached = 2

  /// Characters by token: digits, signs, letters, nouns, verbs, numbers.
  public static let alphabet = Array("0123456789+=:.abcdefghijABCDEFGHIJKLMNOPQRSTUVWXYZklmnopqrtuv_s~".utf8)

  static let plus = 10, equals = 11, colon = 12
  /// The token that ends each sentence, and stands in front of each window.
  public static let stop = 13
  static let firstLetter = 14, firstNoun = 24, firstVerb = 50
  static let one = 61, many = 62, attach = 63

  /// The characters of `tokens`.
  public static func text(_ tokens: some Sequence<Int>) -> String {
    String(decoding: tokens.map { alphabet[$0] }, as: UTF8.self)
  }
}

extension FormalLanguage {
  /// Zipf's law: probabilities in proportion to 1, ½, ⅓, …
  static func zipf(_ count: Int) -> [Double] { normalised((1...count).map { 1 / Double($0) }) }

  var letterTable: [Double] { Self.zipf(letters) }
  /// Flatter than Zipf's: every noun is met often enough to be learned.
  var nounTable: [Double] { Self.normalised((1...nouns).map { 1 / Double($0 + 5) }) }

  /// Row by row, probabilities of `columns` things: few likely ones, different in each row. Part of the language, so
  /// drawn from a fixed seed.
  static func table(rows: Int, columns: Int, seed: UInt64) -> [[Double]] {
    var random = SeededGenerator(seed: seed)
    return (0..<rows).map { _ in
      normalised(
        (0..<columns).map { _ in
          let share = random.uniform()
          return share * share * share + 0.005
        })
    }
  }

  static func normalised(_ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}
