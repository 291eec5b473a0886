/// Turns tokens into text as they come: a character whose bytes are spread over tokens is held back until it
/// is whole.
public struct StreamDecoder: Sendable {
  private let tokenizer: Tokenizer
  private var atStart: Bool
  private var pending: [UInt8] = []

  /// `atStart`: the tokens begin a text, whose first space `encode` put there; it is removed.
  public init(_ tokenizer: Tokenizer, atStart: Bool) {
    (self.tokenizer, self.atStart) = (tokenizer, atStart && tokenizer.addsSpacePrefix)
  }

  /// The text that is complete with `token`.
  public mutating func push(_ token: Int) -> String {
    let bytes = tokenizer.decode(token)
    let dropsSpace = atStart && bytes.first == UInt8(ascii: " ") && tokenizer.isNormal(token)
    if !bytes.isEmpty { atStart = false }
    pending += bytes.dropFirst(dropsSpace ? 1 : 0)
    let whole = pending.count - Self.unfinished(pending)
    defer { pending.removeFirst(whole) }
    return String(decoding: pending.prefix(whole), as: UTF8.self)
  }

  /// What is still held back; half a character becomes U+FFFD.
  public mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  /// How many bytes at the end begin a character without ending it.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    guard let back = bytes.suffix(3).reversed().firstIndex(where: { $0 & 0xC0 != 0x80 }) else { return 0 }
    let lead = back.base - 1
    let seen = bytes.count - lead
    return seen < characterBytes(bytes[lead]) ? seen : 0
  }
}
