/// CSV with a header (RFC 4180): fields may be quoted, a quote in them doubled.
struct CSVReader {
  private var cursor: ByteCursor
  private let file: String

  init(_ text: String, file: String) { (cursor, self.file) = (ByteCursor(text), file) }

  /// - Throws: `ImportError` for a line with more or fewer fields than the header.
  consuming func rows() throws(ImportError) -> [Row] {
    guard let names = try record()?.fields else { return [] }
    var rows: [Row] = []
    while let (fields, line) = try record() {
      guard fields.count == names.count else {
        throw ImportError(
          file: file, line: line, reason: "\(fields.count) fields where the header has \(names.count)")
      }
      let pairs = zip(names, fields.map(Field.text))
      rows.append(Row(file: file, line: line, fields: Dictionary(pairs) { first, _ in first }))
    }
    return rows
  }

  /// The next line that is not empty; nil at the end.
  private mutating func record() throws(ImportError) -> (fields: [String], line: Int)? {
    while cursor.nextIs("\n") || cursor.nextIs("\r") { cursor.advance() }
    guard !cursor.isAtEnd else { return nil }
    let first = cursor.line
    var fields: [String] = []
    repeat { fields.append(try field()) } while cursor.takes(",")
    guard cursor.isAtEnd || cursor.nextIs("\n") || cursor.nextIs("\r") else {
      throw ImportError(file: file, line: cursor.line, reason: "text after the end of a quoted field")
    }
    return (fields, first)
  }

  private mutating func field() throws(ImportError) -> String {
    let first = cursor.line
    guard cursor.takes("\"") else { return cursor.text { ![0x0A, 0x0D, UInt8(ascii: ",")].contains($0) } }
    if let text = cursor.quoted(by: "\"") { return text }
    throw ImportError(file: file, line: first, reason: "a quoted field that never ends")
  }
}
