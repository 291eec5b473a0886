#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Walks through JSON from front to back and keeps nothing. Whatever is unusual in the text ends it, right or wrong: a
/// full decoder is then to judge.
struct JSONScanner {
  struct Unusual: Error {}

  /// The name of a member, as it stands in the text.
  struct Name {
    let bytes: UnsafeRawBufferPointer
    /// Without escapes, and without what may be no UTF-8.
    var isPlain: Bool { bytes.allSatisfy { $0 < 0x80 && $0 != 0x5c } }

    static func == (a: Name, b: Name) -> Bool {
      a.bytes.count == b.bytes.count && memcmp(a.bytes.baseAddress!, b.bytes.baseAddress!, a.bytes.count) == 0
    }
    static func ~= (word: StaticString, name: Name) -> Bool {
      name == Name(bytes: UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }
  }

  private static let deepest = 64
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// Of the objects that are open, those of inner ones last.
  private var names: [Name] = []

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Calls `member` with each name of an object, none of which stands there twice; it takes the value.
  mutating func members(_ member: (Name, inout JSONScanner) throws(Unusual) -> Void) throws(Unusual) {
    let first = names.count
    defer { names.removeLast(names.count - first) }
    try list("{", "}") { scanner throws(Unusual) in
      let name = Name(bytes: try scanner.skipString())
      guard name.isPlain, !scanner.names[first...].contains(where: { $0 == name }) else { throw Unusual() }
      scanner.names.append(name)
      try scanner.expect(":")
      try member(name, &scanner)
    }
  }

  /// Calls `element` for each element of an array; it takes it.
  mutating func elements(_ element: (inout JSONScanner) throws(Unusual) -> Void) throws(Unusual) {
    try list("[", "]", element)
  }

  /// A text without escapes.
  mutating func string() throws(Unusual) -> String {
    let text = Name(bytes: try skipString())
    // What is plain needs no check.
    if text.isPlain { return String(decoding: text.bytes, as: UTF8.self) }
    guard !text.bytes.contains(0x5c), let string = String(validating: text.bytes, as: UTF8.self) else {
      throw Unusual()
    }
    return string
  }

  /// A number whose value is beyond doubt.
  mutating func number() throws(Unusual) -> Double {
    let text = String(decoding: try skipNumber(), as: UTF8.self)
    guard let value = Double(text), value.isNormal || text == "0" else { throw Unusual() }
    return value
  }

  /// A list of raw samples: nothing of them is taken, and no more is asked of them than `SampleLists` asks.
  mutating func samples() throws(Unusual) {
    try expect("[")
    position = SampleLists.end(of: bytes, from: position)
    try expect("]")
  }

  /// Any value.
  /// - Returns: its text.
  @discardableResult
  mutating func value(depth: Int = 0) throws(Unusual) -> UnsafeRawBufferPointer {
    skipSpace()
    let start = position
    guard depth < Self.deepest else { throw Unusual() }
    switch byte {
    case "{":
      try list("{", "}") { scanner throws(Unusual) in
        _ = try scanner.skipString()
        try scanner.expect(":")
        try scanner.value(depth: depth + 1)
      }
    case "[": try list("[", "]") { scanner throws(Unusual) in try scanner.value(depth: depth + 1) }
    case "\"": _ = try skipString()
    case "t": try skip("true")
    case "f": try skip("false")
    case "n": try skip("null")
    default: _ = try skipNumber()
    }
    return text(from: start)
  }

  /// Nothing but space may follow.
  mutating func end() throws(Unusual) {
    skipSpace()
    guard position == bytes.count else { throw Unusual() }
  }

  /// The byte at hand, as the character of that number; at the end 0, which no JSON has.
  private var byte: Unicode.Scalar { Unicode.Scalar(position < bytes.count ? bytes[position] : 0) }

  private func text(from start: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }

  private mutating func list(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ element: (inout JSONScanner) throws(Unusual) -> Void
  ) throws(Unusual) {
    try expect(open)
    if take(close) { return }
    repeat { try element(&self) } while take(",")
    try expect(close)
  }

  private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    skipSpace()
    guard byte == wanted else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ wanted: Unicode.Scalar) throws(Unusual) {
    guard take(wanted) else { throw Unusual() }
  }

  /// More than half of a run's file is indentation: eight spaces at once.
  private mutating func skipSpace() {
    while true {
      switch byte {
      case "\n", " ", "\r", "\t": position += 1
      default: return
      }
      while let eight {
        let other = (eight ^ 0x2020_2020_2020_2020).trailingZeroBitCount / 8
        position += other
        if other < 8 { break }
      }
    }
  }

  /// The next eight bytes, the first one lowest; nil where there are fewer.
  private var eight: UInt64? {
    guard position + 8 <= bytes.count else { return nil }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  private mutating func skip(_ word: StaticString) throws(Unusual) {
    guard bytes.count - position >= word.utf8CodeUnitCount,
      memcmp(bytes.baseAddress! + position, word.utf8Start, word.utf8CodeUnitCount) == 0
    else { throw Unusual() }
    position += word.utf8CodeUnitCount
  }

  /// - Returns: what is between the quotation marks.
  private mutating func skipString() throws(Unusual) -> UnsafeRawBufferPointer {
    try expect("\"")
    let start = position
    while let eight, !Self.hasEndOfPlain(eight) { position += 8 }
    while byte != "\"" {
      guard byte >= " " else { throw Unusual() }
      if byte == "\\" {
        position += 1
        guard "\"\\/bfnrt".unicodeScalars.contains(byte) else { throw Unusual() }
      }
      position += 1
    }
    defer { position += 1 }
    return text(from: start)
  }

  /// Whether a quotation mark, a backslash or a control character is among eight bytes: subtraction borrows from the highest
  /// bit of the lowest one that is.
  private static func hasEndOfPlain(_ eight: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    func isBelow(_ byte: UInt64, _ eight: UInt64) -> UInt64 { (eight &- ones &* byte) & ~eight }
    let quotation = isBelow(1, eight ^ ones &* 0x22), backslash = isBelow(1, eight ^ ones &* 0x5c)
    return (isBelow(0x20, eight) | quotation | backslash) & ones << 7 != 0
  }

  /// `-1.5e-3`, in JSON's grammar: no plus sign before it and no zero that says nothing.
  private mutating func skipNumber() throws(Unusual) -> UnsafeRawBufferPointer {
    skipSpace()
    let start = position
    if byte == "-" { position += 1 }
    if byte == "0" { position += 1 } else { try skipDigits() }
    if byte == "." {
      position += 1
      try skipDigits()
    }
    if byte == "e" || byte == "E" {
      position += 1
      if byte == "+" || byte == "-" { position += 1 }
      try skipDigits()
    }
    return text(from: start)
  }

  private mutating func skipDigits() throws(Unusual) {
    let start = position
    // All eight are 0x30 to 0x39: their upper halves are 3, with six more, too.
    while let eight, eight & 0xf0f0_f0f0_f0f0_f0f0 == 0x3030_3030_3030_3030,
      (eight + 0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0 == 0x3030_3030_3030_3030
    { position += 8 }
    while "0"..."9" ~= byte { position += 1 }
    guard position > start else { throw Unusual() }
  }
}
