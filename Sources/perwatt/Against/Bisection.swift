import Judgement

/// What is searched for: a change of speed as large as that between GOOD and BAD.
struct SlowDown {
  /// The geometric middle between no change and all of it.
  private let middle: Double

  init(_ whole: RatioInterval) { middle = whole.ratio.squareRoot() }

  /// Whether a commit has it; nil where its interval holds both sides.
  func isIn(_ interval: RatioInterval) -> Bool? {
    interval.low > middle ? true : interval.high < middle ? false : nil
  }

  /// Measured once more, three times as long, where the first time does not tell.
  func isIn(measuring measure: (_ times: Double) throws -> RatioInterval?) rethrows -> Bool? {
    for times in [1.0, 3] {
      if let found = try measure(times).flatMap(isIn) { return found }
    }
    return nil
  }
}

/// A search for the first bad one of some commits in their order, the last of which is bad.
struct Bisection {
  /// The first bad one is among `low...high`.
  private var low = 0, high: Int
  private var skipped: Set<Int> = []

  init(count: Int) { high = count - 1 }

  /// Those that may be the first bad one.
  var suspects: [Int] { Array(low...high) }

  /// At most.
  var steps: Int { (high - low) == 0 ? 0 : Int.bitWidth - (high - low).leadingZeroBitCount }

  /// The next one to look at: the one nearest to the middle that is not skipped; nil where none is left.
  var next: Int? {
    let middle = (low + high) / 2
    return (low..<high).filter { !skipped.contains($0) }.min { abs($0 - middle) < abs($1 - middle) }
  }

  mutating func learn(_ index: Int, isBad: Bool) { if isBad { high = index } else { low = index + 1 } }

  mutating func skip(_ index: Int) { skipped.insert(index) }
}
