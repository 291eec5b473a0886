/// The text of a token as bytes. Not a `String`: two tokens that are one character to Unicode (é in one or
/// two code points) are equal strings, and still two tokens.
struct Piece: Hashable, Sendable {
  let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

/// What a token is for (`llama_token_type`).
enum TokenKind: Int, Sendable {
  case normal = 1, unknown, control, userDefined, unused, byte
}

/// The vocabulary of a file, checked.
struct VocabularyParts {
  let pieces: [Piece]
  let scores: [Float]
  let kinds: [TokenKind]
  private let file: GGUFFile

  init(_ file: GGUFFile) throws(GGUFError) {
    let model: String = try file.require("tokenizer.ggml.model")
    guard model == "llama" else {
      let problem = "its tokenizer '\(printable(model))' is not supported, only SentencePiece ('llama')"
      throw GGUFError(file.path, problem, fix: "give token numbers instead of text, or another model")
    }
    let texts: [String] = try file.requireArray("tokenizer.ggml.tokens")
    pieces = texts.map { Piece(Array($0.utf8)[...]) }
    scores = try file.requireArray("tokenizer.ggml.scores")
    kinds = try Self.kinds(file, count: texts.count)
    self.file = file
    guard scores.count == texts.count, !scores.contains(where: \.isNaN) else {
      let problem = "tokenizer.ggml.scores are not \(texts.count) numbers, one per token"
      throw GGUFError(file.path, problem, fix: "convert the model anew")
    }
  }

  /// The token number under `tokenizer.ggml.<key>`.
  func id(_ key: String, default standard: Int) throws(GGUFError) -> Int {
    let id = try file.optional("tokenizer.ggml.\(key)") ?? standard
    guard pieces.indices.contains(id) else {
      let problem = "tokenizer.ggml.\(key) is \(id), not one of the \(pieces.count) tokens"
      throw GGUFError(file.path, problem, fix: "convert the model anew")
    }
    return id
  }

  private static func kinds(_ file: GGUFFile, count: Int) throws(GGUFError) -> [TokenKind] {
    let key = "tokenizer.ggml.token_type"
    guard file.metadata[key] != nil else { return Array(repeating: .normal, count: count) }
    let kinds = try file.requireArray(key).compactMap(TokenKind.init(rawValue:))
    guard kinds.count == count else {
      let problem = "\(key) does not give a type from 1 to 6 for each of the \(count) tokens"
      throw GGUFError(file.path, problem, fix: "convert the model anew")
    }
    return kinds
  }
}

/// The text of the token for a byte: `<0x0A>`.
func byteName(_ byte: Int) -> ArraySlice<UInt8> {
  let digits = String(byte, radix: 16, uppercase: true)
  return Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8)[...]
}

/// The byte that a token like `<0x0A>` stands for.
func byteValue(_ name: ArraySlice<UInt8>) -> UInt8? {
  guard name.count == 6, name.starts(with: "<0x".utf8), name.last == UInt8(ascii: ">") else { return nil }
  return UInt8(String(decoding: name.dropFirst(3).dropLast(), as: UTF8.self), radix: 16)
}
