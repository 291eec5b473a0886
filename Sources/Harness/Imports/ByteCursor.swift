/// A place in a text, as bytes, and its line. What formats are made of is ASCII; all else is content.
struct ByteCursor {
  private let bytes: [UInt8]
  private var place = 0
  /// From 1.
  private(set) var line = 1

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { place == bytes.count }
  /// The next byte; nil at the end.
  var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  func nextIs(_ scalar: Unicode.Scalar) -> Bool { next == UInt8(ascii: scalar) }

  /// Whether an SQL comment, `--`, comes next.
  var startsComment: Bool { bytes[place...].prefix(2).elementsEqual([UInt8(ascii: "-"), UInt8(ascii: "-")]) }

  /// Takes the next byte, if it is that one.
  mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
    guard nextIs(scalar) else { return false }
    advance()
    return true
  }

  mutating func advance() {
    if nextIs("\n") { line += 1 }
    place += 1
  }

  /// Takes what comes before the first byte that is not `wanted`.
  mutating func text(while wanted: (UInt8) -> Bool) -> String {
    let start = place
    while let byte = next, wanted(byte) { advance() }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  /// What stands between two `quote`s, of which the first has been taken; doubled ones stand for one. Nil where the
  /// second never comes.
  mutating func quoted(by quote: Unicode.Scalar) -> String? {
    var content = ""
    while true {
      content += text { $0 != UInt8(ascii: quote) }
      guard takes(quote) else { return nil }
      guard takes(quote) else { return content }
      content.unicodeScalars.append(quote)
    }
  }
}
