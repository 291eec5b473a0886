/// The text of a token as bytes. Not a `String`: two tokens that are one character to Unicode (é in one or
/// two code points) are equal strings, and still two tokens.
struct Piece: Hashable, Sendable {
  let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }
  init(_ text: String) { bytes = Array(text.utf8)[...] }

  func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

/// What a token is for (`llama_token_type`).
enum TokenKind: Int, Sendable {
  case normal = 1, unknown, control, userDefined, unused, byte

  /// It stands for itself in a text, whatever surrounds it.
  var isSpecial: Bool { self == .control || self == .userDefined || self == .unknown }
}

/// The tokens of a file with their texts, as they stand there.
struct Vocabulary: Sendable {
  let pieces: [Piece]
  let kinds: [TokenKind]
  private let ids: [Piece: Int]
  private let longestPiece: Int

  init(_ file: GGUFFile) throws(GGUFError) {
    let texts: [String] = try file.requireArray("tokenizer.ggml.tokens")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(texts.reduce(0) { $0 + $1.utf8.count })
    let ends = texts.map { text in
      bytes += text.utf8
      return bytes.count
    }
    // One array for all of them: a vocabulary of 150,000 would otherwise be as many allocations.
    pieces = zip([0] + ends, ends).map { Piece(bytes[$0..<$1]) }
    kinds = try Self.kinds(file, count: texts.count)
    ids = Dictionary(zip(pieces, 0...)) { _, last in last }  // as llama.cpp
    longestPiece = pieces.map(\.bytes.count).max() ?? 0
  }

  /// The token that reads `bytes`, if there is one.
  func id(of bytes: ArraySlice<UInt8>) -> Int? {
    bytes.count <= longestPiece ? ids[Piece(bytes)] : nil
  }
  func id(of text: String) -> Int? { ids[Piece(text)] }

  /// The token number under `tokenizer.ggml.<key>` of `file`, if it is there.
  func id(_ key: String, in file: GGUFFile) throws(GGUFError) -> Int? {
    guard let id = try file.optional("tokenizer.ggml.\(key)", as: Int.self) else { return nil }
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
