/// Quantisers of K blocks, after the method of ggml's reference (`ggml-quants.c`): scale and minimum of each
/// part by least squares, then in units of the block's, then the levels once more with what was stored. Least
/// squares are not weighted here, so that the result has the smallest RMSE that the search meets. `block`
/// comes zeroed, `x` finite.
extension KBlocks {
  static func encodeQ4(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
    let parts = storeAffineScales(x, top: 15, block)
    for c in 0..<8 {
      for i in 0..<chunk {
        let q = parts[c].level(Double(x[c * chunk + i]), top: 15)
        block.set(Int(q) << (c % 2 * 4), at: 16 + c / 2 * chunk + i)
      }
    }
  }

  static func encodeQ5(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
    let parts = storeAffineScales(x, top: 31, block)
    for c in 0..<8 {
      for i in 0..<chunk {
        let q = Int(parts[c].level(Double(x[c * chunk + i]), top: 31))
        block.set((q & 15) << (c % 2 * 4), at: 48 + c / 2 * chunk + i)
        block.set((q >> 4) << c, at: 16 + i)
      }
    }
  }

  static func encodeQ6(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
    var scales = InlineArray<16, Double>(repeating: 0)
    var extreme = 0.0
    for part in 0..<16 {
      scales[part] = symmetricScale(x + 16 * part)
      if abs(scales[part]) > abs(extreme) { extreme = scales[part] }
    }
    let d = storedHalf(extreme / -128, at: q6ScaleOffset, of: block)
    for part in 0..<16 {
      let (c, half) = (part / 2, part % 2 * 16)
      let sc = nearest(scales[part] / d, in: -128...127)
      block.set(Int(sc), at: 192 + part)
      for i in 0..<16 {
        let q = Int(nearest(Double(x[16 * part + i]) / (d * sc), in: -32...31)) + 32
        block.set((q & 15) << (c % 4 / 2 * 4), at: quantsQ6(c) + half + i)
        block.set((q >> 4) << (c % 4 * 2), at: 128 + c / 4 * chunk + half + i)
      }
    }
  }

  /// Stores d, dmin and the 6-bit scales of Q4_K and Q5_K; returns what they stand for.
  private static func storeAffineScales(
    _ x: UnsafePointer<Float>, top: Double, _ block: UnsafeMutableRawPointer
  ) -> InlineArray<8, Affine> {
    var parts = InlineArray<8, Affine>(repeating: Affine(scale: 0, minimum: 0))
    var largest = Affine(scale: 0, minimum: 0)
    for c in 0..<8 {
      parts[c] = Affine(fitting: x + c * chunk, count: chunk, top: top)
      largest.scale = max(largest.scale, parts[c].scale)
      largest.minimum = max(largest.minimum, parts[c].minimum)
    }
    let d = storedHalf(largest.scale / 63, at: 0, of: block)
    let dmin = storedHalf(largest.minimum / 63, at: 2, of: block)
    for c in 0..<8 {
      let sc = nearest(parts[c].scale / d, in: 0...63), m = nearest(parts[c].minimum / dmin, in: 0...63)
      store(scale: Int(sc), minimum: Int(m), chunk: c, block + 4)
      parts[c] = Affine(scale: d * sc, minimum: dmin * m)
    }
    return parts
  }

  /// The inverse of `scaleAndMinimum`.
  private static func store(scale: Int, minimum: Int, chunk c: Int, _ scales: UnsafeMutableRawPointer) {
    if c < 4 {
      scales.set(scale, at: c)
      scales.set(minimum, at: c + 4)
    } else {
      scales.set((scale & 15) | (minimum & 15) << 4, at: c + 4)
      scales.set((scale >> 4) << 6, at: c - 4)
      scales.set((minimum >> 4) << 6, at: c)
    }
  }

  /// Stores `value` as a half and returns what that holds.
  private static func storedHalf(_ value: Double, at offset: Int, of block: UnsafeMutableRawPointer) -> Double
  {
    let half = HalfFloat.encode(Float(value))
    block.store(half, at: offset)
    return Double(HalfFloat.decode(half))
  }
}
