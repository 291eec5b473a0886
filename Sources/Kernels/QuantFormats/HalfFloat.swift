/// IEEE 754 half precision, in integers, so that it gives the same bits on every machine and in every mode.
public enum HalfFloat {
  /// The float with the value of the half `bits`; exact for every input, NaN payloads included.
  public static func decode(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 31
    let fraction = UInt32(bits & 1023)
    switch exponent {
    case 0:  // zero and subnormals: fraction · 2⁻²⁴, exact in a float
      return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The half nearest to `value`, ties to even; overflow becomes infinity, NaN a quiet NaN.
  public static func encode(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 | UInt16(magnitude >> 13 & 0x1FF) }
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }  // rounds to 2¹⁶ or more
    if magnitude < 0x3880_0000 {  // subnormal: count units of 2⁻²⁴, the sum rounds to even
      return sign | UInt16((Float(bitPattern: magnitude) * 0x1p24).rounded(.toNearestOrEven))
    }
    let rounded = magnitude + 0xFFF + (magnitude >> 13 & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded - 0x3800_0000) >> 13)
  }
}
