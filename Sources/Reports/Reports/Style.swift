/// How a text report looks. With and without colour the columns are the same.
public struct Style: Sendable, Hashable {
  /// Columns that a line may fill, 60 to 100.
  public let width: Int
  /// Whether failures are red, warnings yellow and the best figures green (ANSI escape codes).
  public let colour: Bool

  /// A width outside 60...100 is moved to its end.
  public init(width: Int = 100, colour: Bool) {
    self.width = min(max(width, 60), 100)
    self.colour = colour
  }

  /// So many columns less, for what stands to the right of an indent.
  init(width: Int, colour: Bool, less columns: Int) { (self.width, self.colour) = (width - columns, colour) }

  func paint(_ piece: Inked) -> String {
    guard colour, !piece.text.isEmpty, let code = piece.ink.code else { return piece.text }
    return "\u{1B}[\(code)m\(piece.text)\u{1B}[0m"
  }
}

/// What a piece of text means to the reader.
enum Ink: Sendable {
  case plain, good, warning, bad

  var code: Int? {
    switch self {
    case .plain: nil
    case .bad: 31
    case .good: 32
    case .warning: 33
    }
  }
}

/// Text that is safe to print, with its meaning. The only way of a record's text into a report.
struct Inked: Sendable {
  let text: String
  let ink: Ink

  init(_ text: String, _ ink: Ink = .plain) { (self.text, self.ink) = (text.printable, ink) }
}
