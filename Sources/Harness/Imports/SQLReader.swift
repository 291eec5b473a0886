/// The `INSERT` statements of llama-bench's SQL, or of a dump of its database by `sqlite3`. Nothing is executed.
struct SQLReader {
  private static let table = "llama_bench"

  private let statements: [[Token]]
  private let file: String
  private var columns: [String] = []

  /// - Throws: `ImportError` for a text that never ends.
  init(_ text: String, file: String) throws(ImportError) {
    statements = try SQLTokens(text, file: file).statements()
    self.file = file
  }

  /// - Throws: `ImportError` for an `INSERT` whose columns are not known or not as many as its values.
  consuming func rows() throws(ImportError) -> [Row] {
    var rows: [Row] = []
    for statement in statements {
      let words = statement.map(\.word)
      guard let table = words.prefix(7).firstIndex(of: Self.table) else { continue }
      if words.starts(with: ["create", "table"]) { columns = Self.declared(statement[(table + 1)...]) }
      if words.starts(with: ["insert", "into"]) { rows += try inserted(statement[(table + 1)...]) }
    }
    return rows
  }

  /// `( name TYPE, name TYPE … )`
  private static func declared(_ tokens: ArraySlice<Token>) -> [String] {
    var names: [String] = []
    var wantsName = false
    for token in tokens {
      if wantsName { names.append(token.text) }
      wantsName = token.isMark("(") || token.isMark(",")
    }
    return names
  }

  /// `( name, … ) VALUES ( value, … ), …`, or without names.
  private func inserted(_ tokens: ArraySlice<Token>) throws(ImportError) -> [Row] {
    guard let values = tokens.firstIndex(where: { $0.word == "values" }) else {
      throw ImportError(file: file, line: tokens.first?.line, reason: "an INSERT without VALUES")
    }
    let named = tokens[..<values].filter { !$0.isMark("(") && !$0.isMark(")") && !$0.isMark(",") }.map(\.text)
    let names = named.isEmpty ? columns : named
    var rows: [Row] = []
    for tuple in tokens[(values + 1)...].split(whereSeparator: { $0.isMark("(") || $0.isMark(")") }) {
      let fields = tuple.filter { !$0.isMark(",") }
      guard let line = fields.first?.line else { continue }
      guard fields.count == names.count else {
        throw ImportError(file: file, line: line, reason: "\(fields.count) values for \(names.count) columns")
      }
      let pairs = zip(names, fields).filter { $0.1.kind == .text || $0.1.word != "null" }
      rows.append(
        Row(
          file: file, line: line, fields: Dictionary(pairs.map { ($0, .text($1.text)) }) { first, _ in first }
        ))
    }
    return rows
  }
}

/// A word or number, a quoted text, or a mark.
struct Token {
  enum Kind { case word, text, mark }

  let kind: Kind
  let text: String
  let line: Int

  /// For comparing: names may be quoted, keywords come in any case.
  var word: String { kind == .word ? text.lowercased() : text }
  func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }
}

/// Cuts SQL into tokens.
struct SQLTokens {
  private var cursor: ByteCursor
  private let file: String

  init(_ text: String, file: String) { (cursor, self.file) = (ByteCursor(text), file) }

  /// Tokens of each statement, without the semicolons.
  consuming func statements() throws(ImportError) -> [[Token]] {
    var all: [[Token]] = [[]]
    while let token = try next() {
      if token.isMark(";") { all.append([]) } else { all[all.count - 1].append(token) }
    }
    return all
  }

  private mutating func next() throws(ImportError) -> Token? {
    skipBlanks()
    let line = cursor.line
    guard let first = cursor.next else { return nil }
    for quote in ["'", "\""] as [Unicode.Scalar] where cursor.takes(quote) {
      if let text = cursor.quoted(by: quote) { return Token(kind: .text, text: text, line: line) }
      throw ImportError(file: file, line: line, reason: "a quoted text that never ends")
    }
    let word = cursor.text(while: Self.isPartOfWord)
    if !word.isEmpty { return Token(kind: .word, text: word, line: line) }
    cursor.advance()
    return Token(kind: .mark, text: String(Unicode.Scalar(first)), line: line)
  }

  /// Also comments, which llama-bench does not write, but people do.
  private mutating func skipBlanks() {
    while cursor.text(while: { $0 <= UInt8(ascii: " ") }) != "" || cursor.startsComment {
      if cursor.startsComment { _ = cursor.text { $0 != UInt8(ascii: "\n") } }
    }
  }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"),
      UInt8(ascii: "-"), 0x80...:
      true
    default: false
    }
  }
}
