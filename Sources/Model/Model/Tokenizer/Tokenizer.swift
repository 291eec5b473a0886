/// A model's vocabulary, read from its GGUF metadata: SentencePiece (`tokenizer.ggml.model` = `llama`) or byte-level BPE
/// (`gpt2`). Gives the tokens that llama.cpp gives.
public struct Tokenizer: Sendable {
  enum Algorithm: Sendable {
    case sentencePiece(SentencePiece)
    case bytePairs(BytePairs)

    init(named name: String, _ file: GGUFFile, _ vocabulary: Vocabulary) throws(GGUFError) {
      switch name {
      case "llama": self = .sentencePiece(try SentencePiece(file, vocabulary))
      case "gpt2": self = .bytePairs(try BytePairs(file, vocabulary))
      default:
        let known = "only SentencePiece ('llama') and BPE ('gpt2')"
        let problem = "its tokenizer '\(printable(name))' is not supported, \(known)"
        throw GGUFError(file.path, problem, fix: "give token numbers instead of text, or another model")
      }
    }

    /// A text begins with `bos` where the file says nothing else.
    var addsBOS: Bool {
      switch self {
      case .sentencePiece: true
      case .bytePairs(let pairs): pairs.addsBOS
      }
    }

    /// SentencePiece's own numbers for the tokens that begin and end a text.
    func standard(_ token: Int, _ vocabulary: Vocabulary) -> Int? {
      if case .sentencePiece = self, vocabulary.pieces.indices.contains(token) { token } else { nil }
    }
  }

  /// How many tokens there are.
  public var count: Int { vocabulary.pieces.count }
  /// The token that begins a text, if the model has one.
  public let bos: Int?
  /// The token that ends a text, if the model has one.
  public let eos: Int?
  /// All tokens with which a text or a turn of a conversation ends.
  public let ends: Set<Int>
  /// The file asks for `bos` in front of every text.
  public let addsBOS: Bool
  /// The file asks for `eos` after every text.
  public let addsEOS: Bool

  let vocabulary: Vocabulary
  private let algorithm: Algorithm
  private let specials: SpecialTokens

  /// Reads the vocabulary from the metadata of `file`.
  ///
  /// - Throws: one line that names what is missing, damaged or not supported.
  public init(gguf file: GGUFFile) throws(ModelError) {
    self = try ModelError.wrapping { () throws(GGUFError) in try Self(reading: file) }
  }

  private init(reading file: GGUFFile) throws(GGUFError) {
    let name: String = try file.require("tokenizer.ggml.model")
    let vocabulary = try Vocabulary(file)
    let algorithm = try Algorithm(named: name, file, vocabulary)
    (self.vocabulary, self.algorithm) = (vocabulary, algorithm)
    specials = SpecialTokens(vocabulary)
    bos = try vocabulary.id("bos_token_id", in: file) ?? algorithm.standard(1, vocabulary)
    eos = try vocabulary.id("eos_token_id", in: file) ?? algorithm.standard(2, vocabulary)
    addsBOS = try file.optional("tokenizer.ggml.add_bos_token") ?? algorithm.addsBOS
    addsEOS = try file.optional("tokenizer.ggml.add_eos_token") ?? false
    ends = try Self.ends(file, vocabulary, eos)
    try Self.require(bos, "bos", where: addsBOS, in: file)
    try Self.require(eos, "eos", where: addsEOS, in: file)
  }

  private static func require(_ token: Int?, _ name: String, where isAdded: Bool, in file: GGUFFile)
    throws(GGUFError)
  {
    guard isAdded, token == nil else { return }
    let problem = "lacks tokenizer.ggml.\(name)_token_id, which every text needs"
    throw GGUFError(file.path, problem, fix: "convert the model anew")
  }

  /// What the metadata names, and the tokens by which instruction-tuned models end their turns: the metadata of many
  /// files name only the first kind.
  private static func ends(_ file: GGUFFile, _ vocabulary: Vocabulary, _ eos: Int?) throws(GGUFError) -> Set<
    Int
  > {
    let named = [
      eos, try vocabulary.id("eot_token_id", in: file), try vocabulary.id("eom_token_id", in: file),
    ]
    let marks = [
      "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<|end_of_text|>", "<|endoftext|>",
      "<end_of_turn>",
      "<｜end▁of▁sentence｜>", "</s>",
    ]
    return Set((named + marks.map { vocabulary.id(of: $0) }).compactMap(\.self))
  }

  /// The tokens of `text`.
  ///
  /// - Parameters:
  ///   - addSpecial: begin with `bos` and end with `eos` where the file asks for it.
  ///   - parseSpecial: a control token's text in `text` is that token, as a chat template needs it; otherwise it is text
  ///     like any other, and only tokens that users defined stand for themselves.
  public func encode(_ text: String, addSpecial: Bool = true, parseSpecial: Bool = false) -> [Int] {
    var tokens: [Int] = []
    if addSpecial, addsBOS, let bos { tokens.append(bos) }
    let bytes = Array(text.utf8)
    var isFirst = true  // in the text, or after a special token
    for fragment in specials.split(bytes, parsingControl: parseSpecial) {
      switch (fragment, algorithm) {
      case (.token(let token), _): tokens.append(token)
      case (.text(let range), .sentencePiece(let pieces)):
        pieces.encode(bytes[range], prefixed: isFirst, vocabulary, into: &tokens)
      case (.text(let range), .bytePairs(let pairs)): pairs.encode(bytes[range], vocabulary, into: &tokens)
      }
      if case .token = fragment { isFirst = true } else { isFirst = false }
    }
    if addSpecial, addsEOS, let eos { tokens.append(eos) }
    return tokens
  }

  /// The bytes of one token: not always whole characters. Control tokens, and numbers beyond the vocabulary, have none.
  public func decode(_ token: Int) -> [UInt8] {
    guard vocabulary.pieces.indices.contains(token) else { return [] }
    let bytes = vocabulary.pieces[token].bytes
    switch vocabulary.kinds[token] {
    case .normal:
      switch algorithm {
      case .sentencePiece: return SentencePiece.unescaped(bytes)
      case .bytePairs: return ByteAlphabet.bytes(of: bytes)
      }
    case .userDefined: return Array(bytes)
    case .byte: return byteValue(bytes).map { [$0] } ?? []
    case .unknown, .control, .unused: return []
    }
  }

  /// The text of `tokens`. Where they begin a text (`atStart`), the space that `encode` put in front is removed. Bytes
  /// that are not UTF-8 become U+FFFD.
  public func decode(_ tokens: [Int], atStart: Bool = true) -> String {
    var decoder = StreamDecoder(self, atStart: atStart)
    return tokens.map { decoder.push($0) }.joined() + decoder.finish()
  }

  /// Whether both have the same tokens in the same order.
  public func hasSameVocabulary(as other: Tokenizer) -> Bool {
    vocabulary.pieces == other.vocabulary.pieces && vocabulary.kinds == other.vocabulary.kinds
  }

  /// The text of a control token, as chat templates name it.
  func name(of token: Int?) -> String {
    token.map { String(decoding: vocabulary.pieces[$0].bytes, as: UTF8.self) } ?? ""
  }
  /// A text gets a space in front.
  var addsSpacePrefix: Bool {
    if case .sentencePiece(let pieces) = algorithm { pieces.addsSpacePrefix } else { false }
  }
  func isNormal(_ token: Int) -> Bool {
    vocabulary.kinds.indices.contains(token) && vocabulary.kinds[token] == .normal
  }
}
