/// A name and its value.
struct JSONMember {
  let name: String
  let value: JSONText
}

/// A value as JSON (RFC 8259). Members keep their order; there is no null, because what was not measured is left out.
enum JSONText {
  case text(String)
  /// Must be finite.
  case number(Double)
  case integer(Int)
  case flag(Bool)
  case list([JSONText])
  case members([JSONMember])

  static func object(_ members: [(name: String, value: JSONText)]) -> JSONText {
    .members(members.map { JSONMember(name: $0.name, value: $0.value) })
  }

  /// In one line.
  var line: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    case .integer(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .list(let values): "[" + values.map(\.line).joined(separator: ", ") + "]"
    case .members(let members):
      "{" + members.map { "\(Self.quoted($0.name)): \($0.value.line)" }.joined(separator: ", ") + "}"
    }
  }

  /// An object's members, or a list's values, on lines of their own, down to `depth`; a line break at the end.
  func lines(depth: Int) -> String { indented(depth, by: "") + "\n" }

  private func indented(_ depth: Int, by indent: String) -> String {
    let inner = indent + "  "
    func block(_ open: String, _ parts: [String], _ close: String) -> String {
      parts.isEmpty
        ? open + close : "\(open)\n\(inner)\(parts.joined(separator: ",\n\(inner)"))\n\(indent)\(close)"
    }
    switch self {
    case .members(let members) where depth > 0:
      let parts = members.map { "\(Self.quoted($0.name)): \($0.value.indented(depth - 1, by: inner))" }
      return block("{", parts, "}")
    case .list(let values) where depth > 0:
      return block("[", values.map { $0.indented(depth - 1, by: inner) }, "]")
    default: return line
    }
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\u{0}"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
