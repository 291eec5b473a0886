/// The two families of regular expressions that cut a text into words. C stands for a contraction such as `'s`.
enum WordPattern: Sendable {
  /// `C| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  case gpt2
  /// `(?i:C)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`; with `marks`,
  /// `\p{M}` are letters.
  case gpt4(digits: Int, marks: Bool)

  /// Appends the words in `piece`, in order; together they are the whole piece.
  func split(_ text: ScalarText, _ piece: Range<Int>, into pieces: inout [Range<Int>]) {
    var start = piece.lowerBound
    while start < piece.upperBound {
      let end =
        switch self {
        case .gpt2: Self.gpt2(text, start, piece.upperBound)
        case .gpt4(let digits, let marks):
          GPT4Words(text: text, digits: digits, marks: marks, limit: piece.upperBound).end(from: start)
        }
      pieces.append(start..<end)
      start = end
    }
  }

  private static func gpt2(_ text: ScalarText, _ start: Int, _ limit: Int) -> Int {
    if let end = text.endOfContraction(at: start, to: limit, anyCase: false) { return end }
    let first = afterSpace(text, start, limit)
    switch text.classes[first] {
    case .space: return endOfSpace(text, start, limit)
    case .letter: return text.end(from: first, to: limit) { text.classes[$0] == .letter }
    case .number: return text.end(from: first, to: limit) { text.classes[$0] == .number }
    default:
      return text.end(from: first, to: limit) {
        ![.space, .letter, .number].contains(text.classes[$0])
      }
    }
  }

  /// `start`, or what follows a space there.
  fileprivate static func afterSpace(_ text: ScalarText, _ start: Int, _ limit: Int) -> Int {
    text.scalars[start] == 0x20 && start + 1 < limit ? start + 1 : start
  }

  /// `\s+(?!\S)|\s+`: white space up to the last one in front of a word, which belongs to that word.
  fileprivate static func endOfSpace(_ text: ScalarText, _ start: Int, _ limit: Int) -> Int {
    let end = text.end(from: start, to: limit) { text.classes[$0] == .space }
    return end < limit && end - start > 1 ? end - 1 : end
  }
}

/// Words of the younger family.
private struct GPT4Words {
  let text: ScalarText
  let digits: Int
  let marks: Bool
  let limit: Int

  private func isLetter(_ index: Int) -> Bool {
    text.classes[index] == .letter || marks && text.classes[index] == .mark
  }
  private func isOther(_ index: Int) -> Bool {
    !isLetter(index) && text.classes[index] != .space && text.classes[index] != .number
  }

  /// The end of the word that begins at `start`.
  func end(from start: Int) -> Int {
    if let end = text.endOfContraction(at: start, to: limit, anyCase: true) { return end }
    if text.classes[start] == .number {
      return text.end(from: start, to: min(start + digits, limit)) { text.classes[$0] == .number }
    }
    if isLetter(start) || !text.isNewline(start) && start + 1 < limit && isLetter(start + 1) {
      return text.end(from: start + 1, to: limit, where: isLetter)
    }
    let first = WordPattern.afterSpace(text, start, limit)
    if isOther(first) {
      return text.end(
        from: text.end(from: first, to: limit, where: isOther), to: limit, where: text.isNewline)
    }
    return endOfSpace(from: start)
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`
  private func endOfSpace(from start: Int) -> Int {
    let end = text.end(from: start, to: limit) { text.classes[$0] == .space }
    if let newline = (start..<end).last(where: text.isNewline) { return newline + 1 }
    return WordPattern.endOfSpace(text, start, limit)
  }
}
