/// Blocks of 32 elements with one scale d, and in the `_1` formats a minimum m. Bytes:
///
///     Q4_0: d, nibbles[16]            d · (q − 8)       Q5_0: d, fifth[4], nibbles[16]       d · (q − 16)
///     Q4_1: d, m, nibbles[16]         d · q + m         Q5_1: d, m, fifth[4], nibbles[16]    d · q + m
///     Q8_0: d, q[32]                  d · q
///
/// The lower nibble of byte i belongs to element i, the upper one to element i + 16; bit i of the 32-bit word
/// `fifth` is the fifth bit of element i.
enum LegacyBlocks {
  static func decodeQ4_0(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 0)
    for i in 0..<16 {
      out[i] = d * Float(block.bits(at: 2 + i, from: 0, mask: 15) &- 8)
      out[i + 16] = d * Float(block.bits(at: 2 + i, from: 4, mask: 15) &- 8)
    }
  }

  static func decodeQ4_1(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 0), m = block.half(at: 2)
    for i in 0..<16 {
      out[i] = d * Float(block.bits(at: 4 + i, from: 0, mask: 15)) + m
      out[i + 16] = d * Float(block.bits(at: 4 + i, from: 4, mask: 15)) + m
    }
  }

  static func decodeQ5_0(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 0)
    let fifth = block.loadUnaligned(fromByteOffset: 2, as: UInt32.self)
    for i in 0..<16 {
      out[i] = d * Float((block.bits(at: 6 + i, from: 0, mask: 15) | bit(i, of: fifth)) &- 16)
      out[i + 16] = d * Float((block.bits(at: 6 + i, from: 4, mask: 15) | bit(i + 16, of: fifth)) &- 16)
    }
  }

  static func decodeQ5_1(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 0), m = block.half(at: 2)
    let fifth = block.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    for i in 0..<16 {
      out[i] = d * Float(block.bits(at: 8 + i, from: 0, mask: 15) | bit(i, of: fifth)) + m
      out[i + 16] = d * Float(block.bits(at: 8 + i, from: 4, mask: 15) | bit(i + 16, of: fifth)) + m
    }
  }

  static func decodeQ8_0(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 0)
    for i in 0..<32 { out[i] = d * Float(block.signed(at: 2 + i)) }
  }

  /// 16 where bit `i` is set, else 0.
  private static func bit(_ i: Int, of word: UInt32) -> Int32 {
    Int32(truncatingIfNeeded: (word &>> UInt32(truncatingIfNeeded: i) & 1) &<< 4)
  }
}
