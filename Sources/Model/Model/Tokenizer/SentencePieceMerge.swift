/// Joins the characters of a text, best-scored pair first, until no pair is a token. O(n log n).
struct SentencePieceMerge {
  /// A run of bytes, linked to its neighbours; empty once it was joined to the one on its left.
  private struct Symbol {
    var range: Range<Int>
    var previous: Int?
    var next: Int?
  }

  /// Two neighbours that make a token.
  private struct Pair: Comparable {
    let score: Float
    let left: Int, right: Int
    let bytes: Int

    /// The higher score goes first, then the leftmost.
    static func < (a: Pair, b: Pair) -> Bool { a.score != b.score ? a.score > b.score : a.left < b.left }
  }

  private let text: ArraySlice<UInt8>
  private let vocabulary: SentencePieceTokenizer
  private var symbols: [Symbol] = []
  private var queue = Heap<Pair>()

  init(_ text: ArraySlice<UInt8>, _ vocabulary: SentencePieceTokenizer) {
    (self.text, self.vocabulary) = (text, vocabulary)
    var start = text.startIndex
    while start < text.endIndex {
      let end = min(start + characterBytes(text[start]), text.endIndex)
      let index = symbols.count
      let next = end < text.endIndex ? index + 1 : nil
      symbols.append(Symbol(range: start..<end, previous: index > 0 ? index - 1 : nil, next: next))
      start = end
    }
  }

  /// The pieces of the text, in order: tokens, or single characters that are none.
  mutating func run() -> [ArraySlice<UInt8>] {
    for index in symbols.indices { offer(index, symbols[index].next) }
    while let pair = queue.popFirst() {
      let (left, right) = (symbols[pair.left], symbols[pair.right])
      // A pair whose parts have grown or gone since is out of date.
      if left.range.isEmpty || right.range.isEmpty || left.range.count + right.range.count != pair.bytes {
        continue
      }
      symbols[pair.left].range = left.range.lowerBound..<right.range.upperBound
      symbols[pair.left].next = right.next
      symbols[pair.right].range = right.range.upperBound..<right.range.upperBound
      if let next = right.next { symbols[next].previous = pair.left }
      offer(left.previous, pair.left)
      offer(pair.left, right.next)
    }
    return symbols.lazy.map(\.range).filter { !$0.isEmpty }.map { text[$0] }
  }

  private mutating func offer(_ left: Int?, _ right: Int?) {
    guard let left, let right else { return }
    let range = symbols[left].range.lowerBound..<symbols[right].range.upperBound
    guard let token = vocabulary.id(of: text[range]) else { return }
    let score = vocabulary.scores[token]
    queue.insert(Pair(score: score, left: left, right: right, bytes: range.count))
  }
}

/// How many bytes the UTF-8 character has that begins with `lead`.
func characterBytes(_ lead: UInt8) -> Int {
  switch lead {
  case 0xF0...: 4
  case 0xE0...: 3
  case 0xC0...: 2
  default: 1
  }
}
