extension Character {
  /// Columns that it takes in a terminal: 2 for East Asian wide characters and emoji, else 1.
  var columns: Int { isASCII || !unicodeScalars.contains(where: \.isWide) ? 1 : 2 }

  /// Itself if it stays in its place when printed, else what stands for it. Controls, escapes, line breaks,
  /// direction marks and invisible characters become `?`; all spaces are alike.
  fileprivate var printable: Character {
    if let code = asciiValue, (0x20...0x7E).contains(code) { return self }
    let scalars = unicodeScalars
    guard let first = scalars.first, !first.isMark, scalars.count <= 4 else { return "?" }
    if first.properties.generalCategory == .spaceSeparator { return " " }
    return scalars.allSatisfy(\.isPrintable) ? self : "?"
  }
}

extension Unicode.Scalar {
  fileprivate var isMark: Bool {
    [.nonspacingMark, .enclosingMark, .spacingMark].contains(properties.generalCategory)
  }
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: !properties.isDefaultIgnorableCodePoint
    }
  }
  /// Unicode Standard Annex 11, East Asian Width W and F, in blocks.
  fileprivate var isWide: Bool {
    switch value {
    case 0..<0x1100: false
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F000...0x1FAFF,
      0x20000...0x3FFFD:
      true
    default: properties.isEmojiPresentation
    }
  }
}

extension String {
  /// The text without anything that could move the cursor or turn the direction of writing.
  var printable: String { String(map(\.printable)) }

  /// Columns that it takes in a terminal.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// At most `width` columns; what is cut off leaves an ellipsis.
  func cut(to width: Int) -> String {
    guard columns > width else { return self }
    return head(max(width - 1, 0)) + "…"
  }

  /// Lines of at most `width` columns, broken between words; a word that is longer is broken anywhere.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in split(separator: " ") {
      let size = word.reduce(0) { $0 + $1.columns }
      if used > 0, used + 1 + size > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      if used > 0 { (line, used) = (line + " ", used + 1) }
      for character in word {
        if used + character.columns > width {
          lines.append(line)
          (line, used) = ("", 0)
        }
        line.append(character)
        used += character.columns
      }
    }
    return lines + [line]
  }

  /// The longest beginning of at most `width` columns.
  private func head(_ width: Int) -> String {
    var used = 0
    return String(
      prefix { character in
        used += character.columns
        return used <= width
      })
  }
}
