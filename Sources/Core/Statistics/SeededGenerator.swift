/// A small random generator with a seed: the same numbers on every machine (SplitMix64; Steele, Lea and Flood,
/// OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the sequence that belongs to `seed`.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number that is uniform in 0 ..< `count`, which must be positive.
  public mutating func index(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// A number that is uniform in [−1, 1).
  public mutating func symmetric() -> Float {
    Float(Int64(bitPattern: next()) >> 40) * (1 / Float(1 << 23))
  }
}
