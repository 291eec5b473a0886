import Foundation

/// Text of a file to its rows, whatever of llama-bench's formats it has: JSON, JSON lines, CSV or SQL.
enum RowReader {
  /// - Throws: `ImportError` with the line, or for a file of another format.
  static func rows(_ text: String, file: String) throws(ImportError) -> [Row] {
    let start = text.drop { $0.isWhitespace }
    if start.hasPrefix("SQLite format 3") {
      throw ImportError(file: file, reason: "a SQLite database; give its text: sqlite3 FILE .dump > FILE.sql")
    }
    if start.hasPrefix("{") || start.hasPrefix("[") { return try objects(text, file: file) }
    if start.contains("INSERT INTO") { return try SQLReader(text, file: file).rows() }
    let first = start.prefix { !$0.isNewline }
    if first.contains(",") && (first.contains("n_prompt") || first.contains("avg_ts")) {
      return try CSVReader(text, file: file).rows()
    }
    throw ImportError(
      file: file, line: 1,
      reason:
        "'\(first.prefix(40))' begins no output of llama-bench or llama-batched-bench in JSON, CSV or SQL"
        + " (Markdown holds no samples: use -o jsonl)")
  }

  /// Each top-level object, alone on its line, spread over several, or in an array.
  private static func objects(_ text: String, file: String) throws(ImportError) -> [Row] {
    var rows: [Row] = []
    var scanner = ObjectScanner(text)
    while true {
      switch scanner.next() {
      case .end: return rows
      case .unexpected(let what, let line):
        throw ImportError(file: file, line: line, reason: "'\(what)' stands outside of an object")
      case .unfinished(let line):
        throw ImportError(file: file, line: line, reason: "the object that begins here is cut short")
      case .object(let object, let line):
        let decoder = JSONDecoder()
        guard let fields = try? decoder.decode([String: Loose].self, from: Data(object.utf8)) else {
          throw ImportError(file: file, line: line, reason: "damaged JSON")
        }
        rows.append(Row(file: file, line: line, fields: fields.compactMapValues(\.field)))
      }
    }
  }

  /// A field of any kind: what nothing here reads is as if it were not there.
  private struct Loose: Decodable {
    let field: Field?
    init(from decoder: any Decoder) throws { field = try? Field(from: decoder) }
  }
}

/// Cuts a text into its top-level objects and counts lines on the way.
struct ObjectScanner {
  enum Found {
    case object(String, line: Int)
    case unexpected(String, line: Int)
    case unfinished(line: Int)
    case end
  }

  private let bytes: [UInt8]
  private var place = 0
  private var line = 1

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func next() -> Found {
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ","), UInt8(ascii: "["),
        UInt8(ascii: "]"):
        break
      case UInt8(ascii: "{"): return object()
      default:
        let rest = bytes[place...].prefix { $0 != UInt8(ascii: "\n") }.prefix(40)
        return .unexpected(String(decoding: rest, as: UTF8.self), line: line)
      }
      place += 1
    }
    return .end
  }

  private mutating func object() -> Found {
    let (start, firstLine) = (place, line)
    var depth = 0
    var isText = false
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\\") where isText: place += 1
      case UInt8(ascii: "\""): isText.toggle()
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "{") where !isText: depth += 1
      case UInt8(ascii: "}") where !isText: depth -= 1
      default: break
      }
      if depth == 0 { return .object(String(decoding: bytes[start..<place], as: UTF8.self), line: firstLine) }
    }
    return .unfinished(line: firstLine)
  }
}
