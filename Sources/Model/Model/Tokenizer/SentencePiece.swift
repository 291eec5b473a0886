/// SentencePiece with scores (`tokenizer.ggml.model` = `llama`): characters join to tokens, the best score first;
/// what is no token falls back to bytes.
struct SentencePiece: Sendable {
  private let scores: [Float]
  private let byteTokens: [Int]
  /// A text gets a space in front, and loses it when decoded.
  let addsSpacePrefix: Bool

  init(_ file: GGUFFile, _ vocabulary: Vocabulary) throws(GGUFError) {
    scores = try file.requireArray("tokenizer.ggml.scores")
    guard scores.count == vocabulary.pieces.count, !scores.contains(where: \.isNaN) else {
      let problem = "tokenizer.ggml.scores are not \(vocabulary.pieces.count) numbers, one per token"
      throw GGUFError(file.path, problem, fix: "convert the model anew")
    }
    addsSpacePrefix = try file.optional("tokenizer.ggml.add_space_prefix") ?? true
    let unknown = try vocabulary.id("unknown_token_id", in: file) ?? 0
    byteTokens = (0..<256).map { byte in
      vocabulary.id(of: byteName(byte)) ?? vocabulary.id(of: [UInt8(byte)][...]) ?? unknown
    }
  }

  /// Appends the tokens of `text`, a space in front of it where it is `prefixed`.
  func encode(_ text: ArraySlice<UInt8>, prefixed: Bool, _ vocabulary: Vocabulary, into tokens: inout [Int]) {
    var escaped: [UInt8] = prefixed && addsSpacePrefix ? spaceMark : []
    for byte in text {
      if byte == UInt8(ascii: " ") { escaped += spaceMark } else { escaped.append(byte) }
    }
    var merge = PairMerge(
      characters(of: escaped, vocabulary), by: Scores(text: escaped, vocabulary: vocabulary, scores: scores))
    for symbol in merge.run() {
      if let token = symbol.token {
        tokens.append(token)
      } else {
        for byte in escaped[symbol.range] { tokens.append(byteTokens[Int(byte)]) }
      }
    }
  }

  /// A piece as text: U+2581 stands for a space.
  static func unescaped(_ piece: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    var rest = piece
    while let byte = rest.first {
      let isSpace = rest.starts(with: spaceMark)
      text.append(isSpace ? UInt8(ascii: " ") : byte)
      rest = rest.dropFirst(isSpace ? 3 : 1)
    }
    return text
  }

  private func characters(of text: [UInt8], _ vocabulary: Vocabulary) -> [MergeSymbol] {
    var symbols: [MergeSymbol] = []
    var start = 0
    while start < text.count {
      let end = min(start + characterBytes(text[start]), text.count)
      symbols.append(MergeSymbol(start..<end, token: vocabulary.id(of: text[start..<end])))
      start = end
    }
    return symbols
  }

  private struct Scores: PairRanking {
    let text: [UInt8]
    let vocabulary: Vocabulary
    let scores: [Float]

    func joining(_ left: MergeSymbol, _ right: MergeSymbol) -> (rank: Float, token: Int)? {
      vocabulary.id(of: text[left.range.lowerBound..<right.range.upperBound]).map { (-scores[$0], $0) }
    }
  }
}

/// U+2581 in UTF-8, which stands for a space.
private let spaceMark: [UInt8] = [0xE2, 0x96, 0x81]

/// How many bytes the UTF-8 character has that begins with `lead`.
func characterBytes(_ lead: UInt8) -> Int {
  switch lead {
  case 0xF0...: 4
  case 0xE0...: 3
  case 0xC0...: 2
  default: 1
  }
}
