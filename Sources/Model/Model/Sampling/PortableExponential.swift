/// e to the power of `x`, which is not positive; 0 below the normal numbers. Within 2⁻⁵¹ of the true value in relation to it.
///
/// The C library's `exp` has a version for each kind of CPU, and they differ in the last bit: a seed would not give the same
/// text on every machine. These are single operations in a fixed order, which do not.
func portableExponential(_ x: Double) -> Double {
  guard x > -708 else { return 0 }
  // x = n · ln 2 + r with |r| ≤ ln 2 / 2. Adding 1.5 · 2⁵² rounds to a whole number.
  let n = x * 1.4426950408889634 + 0x1.8p52 - 0x1.8p52
  // ln 2 in two parts, the first with zeros at its end, so that n times it is exact.
  let r = x - n * 0x1.62E42FEE00000p-1 - n * 0x1.A39EF35793C76p-33
  var sum = 0.0
  for k in coefficients.indices { sum = coefficients[k] + r * sum }
  return Double(bitPattern: UInt64(1023 + Int(n)) << 52) * sum
}

/// 1 / k! for k from 13 down to 0: what follows is less than 2⁻⁵⁷ at ln 2 / 2.
private let coefficients: [14 of Double] = [
  1 / 6_227_020_800, 1 / 479_001_600, 1 / 39_916_800, 1 / 3_628_800, 1 / 362_880, 1 / 40_320, 1 / 5_040,
  1 / 720,
  1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1,
]
