/// HTML or SVG in the making.
///
/// Names of elements and attributes are literals in the source (`StaticString`), text and values are escaped where they
/// enter, and what could turn the direction of writing or hide in them becomes `?`. So nothing that stands in a record can
/// become markup: there is no other way in.
struct Markup: Sendable {
  let text: String

  private init(markup: String) { text = markup }

  /// Text between elements.
  init(_ text: String) { self.text = Self.escaped(text) }

  /// The program's own style sheets: the one text that stays as it is.
  static func style(_ sheets: [StyleSheet]) -> Markup {
    Markup(markup: "<style>" + sheets.map(\.text).joined(separator: "\n") + "</style>")
  }

  /// An element with `content` and an end tag, or closed at once where it can have none.
  init(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: [Markup] = []
  ) {
    var text = "<\(name)"
    for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
    guard !Self.void.contains("\(name)") else {
      self.init(markup: text + "/>")
      return
    }
    text += ">"
    for part in content { text += part.text }
    self.init(markup: text + "</\(name)>")
  }

  /// An element that holds text alone.
  init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: String) {
    self.init(name, attributes, [Markup(content)])
  }

  /// One after the other, on lines of their own.
  init(lines parts: [Markup]) {
    self.init(markup: parts.map(\.text).filter { !$0.isEmpty }.joined(separator: "\n"))
  }

  private static let void: Set = ["meta", "br", "path", "line", "circle", "rect"]

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
