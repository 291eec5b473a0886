/// The upper half of a float: its exponent, and 7 bits of fraction.
public enum BFloat16 {
  /// The float with the value of `bits`; exact.
  public static func decode(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// The bfloat16 nearest to `value`, ties to even; overflow becomes infinity, NaN a quiet NaN.
  public static func encode(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }
}
