/// Runs of code points of some kind, cut out of what surrounds them: `[…]{m,n}` or `\s?[…]{m,n}`.
struct RunPattern: Sendable {
  private let classes: Set<ScalarClass>
  private let ranges: [ClosedRange<UInt32>]
  private let lengths: ClosedRange<Int>
  private let afterSpace: Bool

  /// Code points of `classes`, among `others` or in `ranges`; so many of them at least and at most, with one white
  /// space in front where `afterSpace` is set and there is one.
  init(
    _ classes: Set<ScalarClass>, others: String = "", ranges: [ClosedRange<UInt32>] = [],
    lengths: ClosedRange<Int> = 1...Int.max, afterSpace: Bool = false
  ) {
    self.classes = classes
    self.ranges = ranges + others.unicodeScalars.map { $0.value...$0.value }
    (self.lengths, self.afterSpace) = (lengths, afterSpace)
  }

  /// Appends the runs in `piece` and what lies between them, in order.
  func split(_ text: ScalarText, _ piece: Range<Int>, into pieces: inout [Range<Int>]) {
    var start = piece.lowerBound
    var index = start
    while index < piece.upperBound {
      guard let end = end(of: text, at: index, to: piece.upperBound) else {
        index += 1
        continue
      }
      if start < index { pieces.append(start..<index) }
      pieces.append(index..<end)
      (start, index) = (end, end)
    }
    if start < piece.upperBound { pieces.append(start..<piece.upperBound) }
  }

  /// The end of the run that begins at `index`, if one does.
  private func end(of text: ScalarText, at index: Int, to limit: Int) -> Int? {
    let first = afterSpace && text.classes[index] == .space ? index + 1 : index
    let most = lengths.upperBound < limit - first ? first + lengths.upperBound : limit
    let end = text.end(from: first, to: most) { contains(text, $0) }
    return end - first >= lengths.lowerBound ? end : nil
  }

  private func contains(_ text: ScalarText, _ index: Int) -> Bool {
    classes.contains(text.classes[index]) || ranges.contains { $0.contains(text.scalars[index]) }
  }
}
