/// What a product with prepared weights turns its activations into on the way in, so that the instructions of an
/// ISA can multiply them with the weights' format.
public enum ActivationForm: String, Sendable, CaseIterable {
  /// As they are.
  case f32
  /// Rounded to bfloat16, to the nearest, ties to even, and weights too: `weight`. Subnormal ones, and subnormal weights and sums, may become zeros on
  /// the way: `Tolerance.flushed`.
  case bf16
  /// Signed bytes in blocks of 32 with a scale each; see `quantise`.
  case int8

  /// Elements that share a scale in `int8`.
  public static let blockElements = 32

  /// Quantises a block of 32: q[i] = x[i] · (127 / max|x|), rounded to the nearest, ties to even, in float32. Returns
  /// the scale max|x| / 127, so that x[i] ≈ scale · q[i]; NaN where the block holds a NaN or an infinity. A block
  /// so small that 127 / max|x| overflows (max|x| below 3.8·10⁻³⁷) becomes zeros.
  public static func quantise(_ x: UnsafePointer<Float>, into q: UnsafeMutablePointer<Int8>) -> Float {
    var top: Float = 0
    for i in 0..<blockElements {
      guard x[i].isFinite else {
        for j in 0..<blockElements { q[j] = 0 }
        return .nan
      }
      top = max(top, abs(x[i]))
    }
    let inverse = 127 / top
    for i in 0..<blockElements {
      q[i] = inverse.isFinite ? Int8((x[i] * inverse).rounded(.toNearestOrEven)) : 0
    }
    return inverse.isFinite ? top / 127 : 0
  }

  /// The values that a row of activations stands for after the change, exactly. `count` is a multiple of 32 for `int8`.
  public func values(_ x: UnsafePointer<Float>, count: Int) -> [Double] {
    switch self {
    case .f32: return (0..<count).map { Double(x[$0]) }
    case .bf16: return (0..<count).map { Double(Self.roundToBFloat16(x[$0])) }
    case .int8:
      precondition(count.isMultiple(of: Self.blockElements), "\(count) elements are no whole blocks of 32")
      var q = [Int8](repeating: 0, count: Self.blockElements)
      return stride(from: 0, to: count, by: Self.blockElements).flatMap { start in
        let scale = Self.quantise(x + start, into: &q)
        return q.map { Double(scale) * Double($0) }
      }
    }
  }

  /// The value that a weight stands for beside such activations.
  public func weight(_ w: Float) -> Double { Double(self == .bf16 ? Self.roundToBFloat16(w) : w) }

  /// To 8 significant bits, ties to even.
  private static func roundToBFloat16(_ x: Float) -> Float {
    let bits = x.bitPattern
    guard x.isFinite else { return x }
    return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
  }
}
