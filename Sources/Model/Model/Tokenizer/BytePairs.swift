/// Byte-level BPE (`tokenizer.ggml.model` = `gpt2`; Sennrich et al. 2016, arXiv 1508.07909): a text is cut into words,
/// and the bytes of each word join in the order of the file's merges.
struct BytePairs: Sendable {
  private struct Merge { var rank: Float, token: Int32 }
  /// Two tokens as one key.
  private typealias Pair = UInt64

  private let merges: [Pair: Merge]
  private let byteTokens: [Int?]
  private let preTokenizer: PreTokenizer

  /// What the file's kind of words does with a text that says nothing else.
  var addsBOS: Bool { preTokenizer.addsBOS }

  init(_ file: GGUFFile, _ vocabulary: Vocabulary) throws(GGUFError) {
    let name: String = try file.require("tokenizer.ggml.pre")
    guard let preTokenizer = PreTokenizer(name: name) else {
      let problem = "its pre-tokenizer '\(printable(name))' is not known"
      let known = PreTokenizer.names.joined(separator: ", ")
      throw GGUFError(file.path, problem, fix: "use a model with one of: \(known)")
    }
    self.preTokenizer = preTokenizer
    byteTokens = ByteAlphabet.characters.map { vocabulary.id(of: $0[...]) }
    merges = try Self.merges(file, vocabulary)
  }

  /// Appends the tokens of `text`. A byte that is no token is left out, as llama.cpp does: some vocabularies lack
  /// control characters.
  func encode(_ text: ArraySlice<UInt8>, _ vocabulary: Vocabulary, into tokens: inout [Int]) {
    let scalars = ScalarText(text)
    for word in preTokenizer.split(scalars) {
      let start = text.startIndex + scalars.offsets[word.lowerBound]
      encode(
        word: text[start..<text.startIndex + scalars.offsets[word.upperBound]], vocabulary, into: &tokens)
    }
  }

  private func encode(word: ArraySlice<UInt8>, _ vocabulary: Vocabulary, into tokens: inout [Int]) {
    if preTokenizer.takesWholeWords {
      let piece = word.flatMap { ByteAlphabet.characters[Int($0)] }
      if let token = vocabulary.id(of: piece[...]) { return tokens.append(token) }
    }
    let symbols = word.indices.map { MergeSymbol($0..<$0 + 1, token: byteTokens[Int(word[$0])]) }
    var merge = PairMerge(symbols, by: Ranks(merges: merges))
    for symbol in merge.run() {
      if let token = symbol.token { tokens.append(token) }
    }
  }

  private struct Ranks: PairRanking {
    let merges: [Pair: Merge]

    func joining(_ left: MergeSymbol, _ right: MergeSymbol) -> (rank: Float, token: Int)? {
      guard let left = left.token, let right = right.token else { return nil }
      return merges[BytePairs.pair(left, right)].map { ($0.rank, Int($0.token)) }
    }
  }

  private static func pair(_ left: Int, _ right: Int) -> Pair { UInt64(left) << 32 | UInt64(right) }

  /// The merges, `left right` in the alphabet of `ByteAlphabet`, by the tokens that they join. Those of which a part
  /// or the whole is no token cannot take part.
  private static func merges(_ file: GGUFFile, _ vocabulary: Vocabulary) throws(GGUFError) -> [Pair: Merge] {
    let texts: [String] = try file.requireArray("tokenizer.ggml.merges")
    var merges = [Pair: Merge](minimumCapacity: texts.count)
    for (rank, text) in texts.enumerated() {
      let bytes = Array(text.utf8)
      guard let space = bytes.dropFirst().firstIndex(of: UInt8(ascii: " ")) else {
        let problem = "merge \(rank) of tokenizer.ggml.merges, '\(printable(text))', is not two pieces"
        throw GGUFError(file.path, problem, fix: "convert the model anew")
      }
      let (first, second) = (bytes[..<space], bytes[(space + 1)...])
      guard let left = vocabulary.id(of: first), let right = vocabulary.id(of: second),
        let whole = vocabulary.id(of: first + second)
      else { continue }
      let key = pair(left, right)
      // Arrays have fewer than 2²⁴ elements, so that a Float holds every rank exactly.
      if merges[key] == nil { merges[key] = Merge(rank: Float(rank), token: Int32(whole)) }
    }
    return merges
  }
}
