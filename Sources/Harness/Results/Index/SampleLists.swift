import Foundation

/// The lists of raw samples in a run's file: nine tenths of its text, and nothing of them stands in a summary.
enum SampleLists {
  /// The fields that hold them, as they stand in the text.
  private static let names = ["samples_s", "rounds", "outliers", "prompt_s", "token_s"].map {
    Array("\"\($0)\"".utf8)
  }

  /// The same text with nothing in those lists. Whatever is not whole, or holds more than numbers, stays as it is, for
  /// the decoder to judge.
  ///
  /// A quotation mark within a text has a backslash before it, so that no text can look like the name of a field.
  static func emptied(in text: Data) -> Data {
    text.withUnsafeBytes { bytes in
      var kept = Data(capacity: text.count / 4)
      var (copied, position) = (0, 0)
      while let open = next(UInt8(ascii: "["), in: bytes, from: position) {
        position = open + 1
        guard isNamed(bytes, before: open), let end = endOfNumbers(bytes, from: open) else { continue }
        kept.append(contentsOf: bytes[copied...open])
        (copied, position) = (end, end)
      }
      kept.append(contentsOf: bytes[copied...])
      return kept
    }
  }

  private static func next(_ byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress else { return nil }
    return memchr(base + start, Int32(byte), bytes.count - start).map { UnsafeRawPointer($0) - base }
  }

  /// Whether the list that opens at `open` is the value of one of the fields.
  private static func isNamed(_ bytes: UnsafeRawBufferPointer, before open: Int) -> Bool {
    var end = skipSpace(bytes, before: open)
    guard end > 0, bytes[end - 1] == UInt8(ascii: ":") else { return false }
    end = skipSpace(bytes, before: end - 1)
    return names.contains { end >= $0.count && bytes[(end - $0.count)..<end].elementsEqual($0) }
  }

  private static func skipSpace(_ bytes: UnsafeRawBufferPointer, before end: Int) -> Int {
    var end = end
    while end > 0, bytes[end - 1] <= UInt8(ascii: " ") { end -= 1 }
    return end
  }

  /// The place of the bracket that closes a list of numbers, or of such lists; nil where something else is in it.
  private static func endOfNumbers(_ bytes: UnsafeRawBufferPointer, from open: Int) -> Int? {
    var depth = 0
    for index in open..<bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return index }
      case let byte: if !isOfNumbers(byte) { return nil }
      }
    }
    return nil
  }

  /// Where text that can be of a list of numbers, commas and space ends: eight characters at once.
  static func end(of bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var end = start
    while end + 8 <= bytes.count,
      areOfNumbers(bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self))
    { end += 8 }
    while end < bytes.count, isOfNumbers(bytes[end]) { end += 1 }
    return end
  }

  private static func isOfNumbers(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"), 9, 10, 13, 32:
      true
    default: false
    }
  }

  /// The same for eight bytes. Each answer is the highest bit of its byte, which no ASCII character has: a sum reaches it
  /// where the character is large enough, and never the byte beside it.
  private static func areOfNumbers(_ eight: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101, highest = ones << 7
    func isOver(_ byte: UInt8) -> UInt64 { eight &+ ones &* UInt64(0x7f - byte) }
    func isOther(_ byte: UInt8, _ bytes: UInt64) -> UInt64 { (bytes ^ ones &* UInt64(byte)) &+ ones &* 0x7f }
    // The plus sign, comma, minus sign, point, slash and digits stand in a row.
    let isNumber = isOver(0x2a) & ~isOver(0x39) & isOther(0x2f, eight)
    let isTabOrLine = isOver(8) & ~isOver(10)
    let isNoneElse = isOther(0x20, eight) & isOther(13, eight) & isOther(0x65, eight | ones &* 0x20)
    return eight & highest == 0 && (isNumber | isTabOrLine | ~isNoneElse) & highest == highest
  }
}
