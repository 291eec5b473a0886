/// Blocks of 256 elements whose parts have scales of their own, integers times the block's scale d. Bytes:
///
///     Q2_K: scales[16], quants[64], d, dmin          (d · sc) · q − dmin · m      16 parts of 16
///     Q3_K: third[32], quants[64], scales[12], d     (d · sc) · (q − 4)           16 parts of 16
///     Q4_K: d, dmin, scales[12], quants[128]         (d · sc) · q − dmin · m       8 parts of 32
///     Q5_K: d, dmin, scales[12], fifth[32], quants[128]   as Q4_K
///     Q6_K: quants[128], upper[64], scales[16], d    (d · sc) · (q − 32)          16 parts of 16
///
/// Elements come in 8 chunks of 32. Chunks share bytes: element i of each lies in the byte i of their group,
/// one chunk above the other.
enum KBlocks {
  static let chunk = 32
  static let q6ScaleOffset = 208

  static func decodeQ2(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 80), dmin = block.half(at: 82)
    for part in 0..<16 {
      let (c, half) = (part / 2, part % 2 * 16)
      let scale = d * Float(block.bits(at: part, from: 0, mask: 15))
      let minimum = dmin * Float(block.bits(at: part, from: 4, mask: 15))
      let quants = block + 16 + c / 4 * chunk + half, values = out + 16 * part
      for i in 0..<16 { values[i] = scale * Float(quants.bits(at: i, from: c % 4 * 2, mask: 3)) - minimum }
    }
  }

  static func decodeQ3(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 108)
    for part in 0..<16 {
      let (c, half) = (part / 2, part % 2 * 16)
      let scale = d * Float(scaleQ3(block + 96, part))
      let quants = block + 32 + c / 4 * chunk + half, third = block + half, values = out + 16 * part
      for i in 0..<16 {
        let q = quants.bits(at: i, from: c % 4 * 2, mask: 3) | third.bits(at: i, from: c, mask: 1) &<< 2
        values[i] = scale * Float(q &- 4)
      }
    }
  }

  static func decodeQ4(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 0), dmin = block.half(at: 2)
    for c in 0..<8 {
      let (sc, m) = scaleAndMinimum(block + 4, c)
      let scale = d * Float(sc), minimum = dmin * Float(m)
      let quants = block + 16 + c / 2 * chunk, values = out + c * chunk
      for i in 0..<chunk {
        values[i] = scale * Float(quants.bits(at: i, from: c % 2 * 4, mask: 15)) - minimum
      }
    }
  }

  static func decodeQ5(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: 0), dmin = block.half(at: 2)
    for c in 0..<8 {
      let (sc, m) = scaleAndMinimum(block + 4, c)
      let scale = d * Float(sc), minimum = dmin * Float(m)
      let quants = block + 48 + c / 2 * chunk, fifth = block + 16, values = out + c * chunk
      for i in 0..<chunk {
        let q = quants.bits(at: i, from: c % 2 * 4, mask: 15) | fifth.bits(at: i, from: c, mask: 1) &<< 4
        values[i] = scale * Float(q) - minimum
      }
    }
  }

  static func decodeQ6(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let d = block.half(at: q6ScaleOffset)
    for part in 0..<16 {
      let (c, half) = (part / 2, part % 2 * 16)
      let scale = d * Float(block.signed(at: 192 + part))
      let (quants, upper) = (block + quantsQ6(c) + half, block + 128 + c / 4 * chunk + half)
      let values = out + 16 * part
      for i in 0..<16 {
        let low = quants.bits(at: i, from: c % 4 / 2 * 4, mask: 15)
        let q = low | upper.bits(at: i, from: c % 4 * 2, mask: 3) &<< 4
        values[i] = scale * Float(q &- 32)
      }
    }
  }

  /// Where the lower nibbles of chunk `c` lie in a block of Q6_K: chunks c and c + 2 share bytes.
  static func quantsQ6(_ c: Int) -> Int { (c / 4 * 2 + c % 2) * chunk }

  /// The scale of part `p` in Q3_K: lower 4 bits in the bytes 0–7, upper 2 bits in the bytes 8–11.
  private static func scaleQ3(_ scales: UnsafeRawPointer, _ p: Int) -> Int32 {
    let low = scales.bits(at: p % 8, from: p / 8 * 4, mask: 15)
    return (low | scales.bits(at: 8 + p % 4, from: p / 4 * 2, mask: 3) << 4) - 32
  }

  /// Scale and minimum of chunk `c`, 6 bits each. Those of chunks 0–3 lie in the lower bits of the bytes 0–3
  /// and 4–7, those of chunks 4–7 with their lower nibbles in the bytes 8–11 and with their upper bits above
  /// those of chunks 0–3.
  static func scaleAndMinimum(_ scales: UnsafeRawPointer, _ c: Int) -> (Int32, Int32) {
    if c < 4 { return (scales.bits(at: c, from: 0, mask: 63), scales.bits(at: c + 4, from: 0, mask: 63)) }
    return (
      scales.bits(at: c + 4, from: 0, mask: 15) | scales.bits(at: c - 4, from: 6, mask: 3) << 4,
      scales.bits(at: c + 4, from: 4, mask: 15) | scales.bits(at: c, from: 6, mask: 3) << 4
    )
  }
}
