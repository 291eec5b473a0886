/// A run of bytes of a text, linked to its neighbours.
struct MergeSymbol {
  /// Empty once it was joined to the one on its left.
  var range: Range<Int>
  /// What it reads as, or nil where it is no token.
  var token: Int?
  fileprivate var previous: Int?
  fileprivate var next: Int?

  init(_ range: Range<Int>, token: Int?) { (self.range, self.token) = (range, token) }
}

/// Which neighbours join, and which of them first.
protocol PairRanking {
  /// The token that two neighbours make, and its rank: the lowest joins first. nil where they do not join.
  func joining(_ left: MergeSymbol, _ right: MergeSymbol) -> (rank: Float, token: Int)?
}

/// Joins the neighbours of lowest rank, the leftmost of equals first, until none join. O(n log n) for n symbols.
struct PairMerge<Ranking: PairRanking> {
  /// Two neighbours that make a token.
  private struct Pair: Comparable {
    let rank: Float
    let left: Int, right: Int
    let bytes: Int
    let token: Int

    static func < (a: Pair, b: Pair) -> Bool { a.rank != b.rank ? a.rank < b.rank : a.left < b.left }
  }

  private let ranking: Ranking
  private var symbols: [MergeSymbol]
  private var queue = Heap<Pair>()

  /// Starts with `symbols`, in the order of the text.
  init(_ symbols: [MergeSymbol], by ranking: Ranking) {
    (self.symbols, self.ranking) = (symbols, ranking)
    for index in symbols.indices {
      self.symbols[index].previous = index > 0 ? index - 1 : nil
      self.symbols[index].next = index + 1 < symbols.count ? index + 1 : nil
    }
  }

  /// What is left when all that join have joined, in order.
  mutating func run() -> [MergeSymbol] {
    for index in symbols.indices { offer(index, symbols[index].next) }
    while let pair = queue.popFirst() {
      let (left, right) = (symbols[pair.left], symbols[pair.right])
      // A pair whose parts have grown or gone since is out of date.
      if left.range.isEmpty || right.range.isEmpty || left.range.count + right.range.count != pair.bytes {
        continue
      }
      symbols[pair.left].range = left.range.lowerBound..<right.range.upperBound
      symbols[pair.left].token = pair.token
      symbols[pair.left].next = right.next
      symbols[pair.right].range = right.range.upperBound..<right.range.upperBound
      if let next = right.next { symbols[next].previous = pair.left }
      offer(left.previous, pair.left)
      offer(pair.left, right.next)
    }
    return symbols.filter { !$0.range.isEmpty }
  }

  private mutating func offer(_ left: Int?, _ right: Int?) {
    guard let left, let right else { return }
    let (a, b) = (symbols[left], symbols[right])
    guard let (rank, token) = ranking.joining(a, b) else { return }
    let bytes = a.range.count + b.range.count
    queue.insert(Pair(rank: rank, left: left, right: right, bytes: bytes, token: token))
  }
}
