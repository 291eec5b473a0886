/// What pre-tokenizers tell apart: Unicode's general categories in groups, and white space.
enum ScalarClass: UInt8, Sendable {
  case letter, mark, number, punctuation, symbol, space, other

  init(_ scalar: Unicode.Scalar) {
    let properties = scalar.properties
    if properties.isWhitespace {
      self = .space
      return
    }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
    case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
    case .decimalNumber, .letterNumber, .otherNumber: self = .number
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      self = .punctuation
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: self = .symbol
    default: self = .other
    }
  }

  /// Most text is ASCII, and a look into Unicode's tables costs more than all the rest.
  fileprivate static let ascii = (0..<128 as Range<UInt8>).map { ScalarClass(Unicode.Scalar($0)) }
}

/// A text as code points, their classes, and where they begin.
struct ScalarText {
  private(set) var scalars: [UInt32] = []
  private(set) var classes: [ScalarClass] = []
  /// Byte offsets of the code points, and of the end.
  private(set) var offsets: [Int] = [0]

  /// Takes UTF-8 apart.
  init(_ text: ArraySlice<UInt8>) {
    let ascii = ScalarClass.ascii
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      scalars.append(scalar.value)
      classes.append(scalar.isASCII ? ascii[Int(scalar.value)] : ScalarClass(scalar))
      offsets.append(offsets[offsets.count - 1] + UTF8.width(scalar))
    }
  }

  /// Where the run of code points from `start` on ends for which `belongs` holds.
  func end(from start: Int, to limit: Int, where belongs: (Int) -> Bool) -> Int {
    var end = start
    while end < limit, belongs(end) { end += 1 }
    return end
  }

  func isNewline(_ index: Int) -> Bool { scalars[index] == 0x0A || scalars[index] == 0x0D }

  /// The end of `'s`, `'t`, `'m`, `'d`, `'re`, `'ve` or `'ll` at `start`, if there is one.
  func endOfContraction(at start: Int, to limit: Int, anyCase: Bool) -> Int? {
    func letter(_ index: Int) -> Character? {
      guard index < limit, scalars[index] < 128 else { return nil }
      return Character(Unicode.Scalar(UInt8(scalars[index]) | (anyCase ? 0x20 : 0)))
    }
    guard scalars[start] == 0x27, let first = letter(start + 1) else { return nil }
    switch first {
    case "s", "t", "m", "d": return start + 2
    case "r", "v": return letter(start + 2) == "e" ? start + 3 : nil
    case "l": return letter(start + 2) == "l" ? start + 3 : nil
    default: return nil
    }
  }
}
