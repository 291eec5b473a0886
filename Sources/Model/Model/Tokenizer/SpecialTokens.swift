/// Tokens that stand for themselves in a text, whatever surrounds them.
struct SpecialTokens: Sendable {
  /// A part of a text: still text, or a token.
  enum Fragment: Equatable {
    case text(Range<Int>)
    case token(Int)
  }

  private struct Index {
    var ids: [Piece: Int] = [:]
    /// The lengths of the tokens that begin with each byte, longest first.
    var lengths = [[Int]](repeating: [], count: 256)
  }
  private let userDefined: Index
  private let all: Index

  init(_ vocabulary: Vocabulary) {
    userDefined = Self.index(vocabulary) { $0 == .userDefined }
    all = Self.index(vocabulary, where: \.isSpecial)
  }

  /// Cuts `text` at special tokens, the longest where several begin: at those that users defined, and at control
  /// tokens too where they are to be parsed.
  func split(_ text: [UInt8], parsingControl: Bool) -> [Fragment] {
    let index = parsingControl ? all : userDefined
    var fragments: [Fragment] = []
    var (start, place) = (0, 0)
    while place < text.count {
      guard let (token, length) = Self.match(text, place, index) else {
        place += 1
        continue
      }
      if start < place { fragments.append(.text(start..<place)) }
      fragments.append(.token(token))
      place += length
      start = place
    }
    if start < text.count { fragments.append(.text(start..<text.count)) }
    return fragments
  }

  private static func match(_ text: [UInt8], _ place: Int, _ index: Index) -> (token: Int, length: Int)? {
    for length in index.lengths[Int(text[place])] where place + length <= text.count {
      if let token = index.ids[Piece(text[place..<place + length])] { return (token, length) }
    }
    return nil
  }

  private static func index(_ vocabulary: Vocabulary, where belongs: (TokenKind) -> Bool) -> Index {
    var index = Index()
    var lengths = [Set<Int>](repeating: [], count: 256)
    for (token, piece) in vocabulary.pieces.enumerated() where belongs(vocabulary.kinds[token]) {
      guard let first = piece.bytes.first else { continue }
      index.ids[piece] = token
      lengths[Int(first)].insert(piece.bytes.count)
    }
    index.lengths = lengths.map { $0.sorted(by: >) }
    return index
  }
}
