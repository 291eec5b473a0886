/// The characters that stand for bytes in the texts of GPT-2's tokens: printable Latin-1 for itself, the other bytes
/// for U+0100 and on in their order (Radford et al. 2019, `encoder.py`).
enum ByteAlphabet {
  /// The character of each byte in UTF-8.
  static let characters: [[UInt8]] = (0...255).map { Array(String(scalar(of: $0)).utf8) }

  /// The bytes of a token's text. A character that stands for none is itself.
  static func bytes(of piece: ArraySlice<UInt8>) -> [UInt8] {
    String(decoding: piece, as: UTF8.self).unicodeScalars.flatMap { scalar -> [UInt8] in
      let value = Int(scalar.value)
      guard values.indices.contains(value), let byte = values[value] else {
        return Array(String(scalar).utf8)
      }
      return [byte]
    }
  }

  private static func isPrintable(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
    default: false
    }
  }

  private static func scalar(of byte: UInt8) -> Unicode.Scalar {
    if isPrintable(byte) { return Unicode.Scalar(byte) }
    let place = UInt32((0..<byte).count { !isPrintable($0) })
    return Unicode.Scalar(0x100 + place)!  // at most 68 of them
  }

  /// The byte of each character, by code point.
  private static let values: [UInt8?] = {
    var values = [UInt8?](repeating: nil, count: 0x180)
    for byte in UInt8.min...UInt8.max { values[Int(scalar(of: byte).value)] = byte }
    return values
  }()
}
