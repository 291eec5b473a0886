/// A SentencePiece vocabulary with scores, as a GGUF file holds it (`tokenizer.ggml.model` = `llama`); gives
/// the tokens that llama.cpp gives. Control tokens in a text are plain text here.
public struct SentencePieceTokenizer: Sendable {
  /// How many tokens there are.
  public var count: Int { pieces.count }
  /// The token that begins a text.
  public let bos: Int
  /// The token that ends a text.
  public let eos: Int
  /// The file asks for `bos` in front of every text.
  public let addsBOS: Bool
  /// A text gets a space in front, and loses it when decoded.
  public let addsSpacePrefix: Bool

  let scores: [Float]
  let longestPiece: Int
  private let pieces: [Piece]
  private let kinds: [TokenKind]
  private let ids: [Piece: Int]
  private let byteTokens: [Int]

  /// Reads the vocabulary from the metadata of `file`.
  public init(gguf file: GGUFFile) throws(ModelError) {
    self = try ModelError.wrapping { () throws(GGUFError) in try Self(reading: file) }
  }

  private init(reading file: GGUFFile) throws(GGUFError) {
    let parts = try VocabularyParts(file)
    (scores, kinds, pieces) = (parts.scores, parts.kinds, parts.pieces)
    bos = try parts.id("bos_token_id", default: 1)
    eos = try parts.id("eos_token_id", default: 2)
    addsBOS = try file.optional("tokenizer.ggml.add_bos_token") ?? true
    addsSpacePrefix = try file.optional("tokenizer.ggml.add_space_prefix") ?? true
    longestPiece = pieces.map(\.bytes.count).max() ?? 0
    let ids = Dictionary(zip(pieces, 0...)) { _, last in last }  // as llama.cpp
    let unknown = try parts.id("unknown_token_id", default: 0)
    byteTokens = (0..<256).map { ids[Piece(byteName($0))] ?? ids[Piece([UInt8($0)])] ?? unknown }
    self.ids = ids
  }

  /// The tokens of `text`, after `bos` if `addBOS` (or else the file) says so.
  public func encode(_ text: String, addBOS: Bool? = nil) -> [Int] {
    let start = addBOS ?? addsBOS ? [bos] : []
    if text.utf8.isEmpty { return start }
    var escaped: [UInt8] = addsSpacePrefix ? spaceMark : []
    for byte in text.utf8 {
      if byte == UInt8(ascii: " ") { escaped += spaceMark } else { escaped.append(byte) }
    }
    var merge = SentencePieceMerge(escaped[...], self)
    return start
      + merge.run().flatMap { piece in
        id(of: piece).map { [$0] } ?? piece.map { byteTokens[Int($0)] }
      }
  }

  /// The bytes of one token: not always whole characters. Control tokens, and numbers beyond the
  /// vocabulary, have none.
  public func decode(_ token: Int) -> [UInt8] {
    guard pieces.indices.contains(token) else { return [] }
    let bytes = pieces[token].bytes
    switch kinds[token] {
    case .normal: return unescaped(bytes)
    case .userDefined: return Array(bytes)
    case .byte: return byteValue(bytes).map { [$0] } ?? []
    case .unknown, .control, .unused: return []
    }
  }

  /// The text of `tokens`. Where they begin a text (`atStart`), the space that `encode` put in front is
  /// removed. Bytes that are not UTF-8 become U+FFFD.
  public func decode(_ tokens: [Int], atStart: Bool = true) -> String {
    var decoder = StreamDecoder(self, atStart: atStart)
    return tokens.map { decoder.push($0) }.joined() + decoder.finish()
  }

  /// The token that reads `bytes`, if there is one.
  func id(of bytes: ArraySlice<UInt8>) -> Int? {
    bytes.count <= longestPiece ? ids[Piece(bytes)] : nil
  }
  func isNormal(_ token: Int) -> Bool { kinds.indices.contains(token) && kinds[token] == .normal }
}

/// U+2581 in UTF-8, which stands for a space.
private let spaceMark: [UInt8] = [0xE2, 0x96, 0x81]

private func unescaped(_ piece: ArraySlice<UInt8>) -> [UInt8] {
  var text: [UInt8] = []
  var rest = piece
  while let byte = rest.first {
    let isSpace = rest.starts(with: spaceMark)
    text.append(isSpace ? UInt8(ascii: " ") : byte)
    rest = rest.dropFirst(isSpace ? 3 : 1)
  }
  return text
}
