/// The quantisers of the package `gguf`, bit for bit wherever its result does not hang on the conversion of
/// NaN to an integer. `block` comes zeroed, `x` without NaN and infinity.
extension LegacyBlocks {
  static func encodeQ4_0(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
    let inverse = storeSymmetric(x, half: 8, block)
    storeNibbles(block + 2) { level(x[$0] * inverse + 8.5, top: 15) }
  }

  static func encodeQ5_0(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
    let inverse = storeSymmetric(x, half: 16, block)
    storeNibbles(block + 6, fifth: block + 2) { level(x[$0] * inverse + 16.5, top: 31) }
  }

  static func encodeQ4_1(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
    let (low, inverse) = storeAffine(x, top: 15, block)
    storeNibbles(block + 4) { level((x[$0] - low) * inverse + 0.5, top: 15) }
  }

  static func encodeQ5_1(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
    let (low, inverse) = storeAffine(x, top: 31, block)
    storeNibbles(block + 8, fifth: block + 4) { level((x[$0] - low) * inverse + 0.5, top: 31) }
  }

  static func encodeQ8_0(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
    var largest: Float = 0
    for i in 0..<32 { largest = max(largest, abs(x[i])) }
    let d = largest / 127
    block.store(HalfFloat.encode(d), at: 0)
    let inverse = reciprocal(d)
    for i in 0..<32 { block.set(Int((x[i] * inverse).rounded(.toNearestOrAwayFromZero)), at: 2 + i) }
  }

  /// Stores the scale that puts the first value of largest magnitude at −`half`, and returns its reciprocal.
  private static func storeSymmetric(
    _ x: UnsafePointer<Float>, half: Float, _ block: UnsafeMutableRawPointer
  ) -> Float {
    var extreme = x[0]
    for i in 1..<32 where abs(x[i]) > abs(extreme) { extreme = x[i] }
    let d = extreme / -half
    block.store(HalfFloat.encode(d), at: 0)
    return reciprocal(d)
  }

  /// Stores scale and minimum that span all values; returns the minimum and the scale's reciprocal.
  private static func storeAffine(
    _ x: UnsafePointer<Float>, top: Float, _ block: UnsafeMutableRawPointer
  ) -> (low: Float, inverse: Float) {
    var (low, high) = (x[0], x[0])
    for i in 1..<32 { (low, high) = (min(low, x[i]), max(high, x[i])) }
    let d = (high - low) / top
    block.store(HalfFloat.encode(d), at: 0)
    block.store(HalfFloat.encode(low), at: 2)
    return (low, reciprocal(d))
  }

  /// 1 / d, or 0 where that is no number: such a scale is zero as a half anyway.
  private static func reciprocal(_ d: Float) -> Float { (1 / d).isFinite ? 1 / d : 0 }

  /// The integer below `value`, at most `top`. NaN, from a range that overflows, becomes 0.
  private static func level(_ value: Float, top: Float) -> Int { value >= 0 ? Int(min(value, top)) : 0 }

  private static func storeNibbles(
    _ nibbles: UnsafeMutableRawPointer, fifth: UnsafeMutableRawPointer? = nil, _ level: (Int) -> Int
  ) {
    for i in 0..<32 {
      let q = level(i)
      nibbles.set((q & 15) << (i < 16 ? 0 : 4), at: i % 16)
      fifth?.set((q >> 4) << (i % 8), at: i / 8)
    }
  }
}
