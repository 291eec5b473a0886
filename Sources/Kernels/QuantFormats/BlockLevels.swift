/// A block taken apart, for kernels that multiply the integers themselves: element i is
/// d · scale · (level[i] − offset) − dmin · minimum, with the scale and minimum of its part.
public struct BlockLevels {
  /// Up to 256 levels: without sign, but for Q8_0.
  public private(set) var levels = InlineArray<256, Int8>(repeating: 0)
  /// Scale and minimum of each part, integers; 1 and 0 in formats without parts.
  public private(set) var scales = InlineArray<16, Int8>(repeating: 1)
  public private(set) var minima = InlineArray<16, Int8>(repeating: 0)
  /// The bits of the halves d and dmin.
  public private(set) var d: UInt16 = 0, dmin: UInt16 = 0

  /// Formats that can be taken apart.
  public static let formats: Set<TensorFormat> = [.q8_0, .q4_0, .q4_k, .q6_k]

  public init() {}

  /// - Precondition: `format` is one of `formats`.
  public init(_ block: UnsafeRawPointer, format: TensorFormat) { read(block, format: format) }

  /// Takes another block of a format apart: faster than a new value for each.
  ///
  /// - Precondition: `format` is one of `formats`, and the same in all calls.
  public mutating func read(_ block: UnsafeRawPointer, format: TensorFormat) {
    switch format {
    case .q8_0: readQ8_0(block)
    case .q4_0: readQ4_0(block)
    case .q4_k: readQ4_K(block)
    case .q6_k: readQ6_K(block)
    default: preconditionFailure("blocks of \(format.name) cannot be taken apart")
    }
  }

  /// Levels 32 · `part` and the 31 after it, four in each element. Not a copy of all of them, hence mutating.
  public mutating func words(_ part: Int) -> SIMD8<UInt32> {
    withUnsafeBytes(of: &levels) { $0.loadUnaligned(fromByteOffset: 32 * part, as: SIMD8<UInt32>.self) }
  }

  private mutating func readQ8_0(_ block: UnsafeRawPointer) {
    d = block.word(at: 0)
    for i in 0..<32 { levels[i] = Int8(truncatingIfNeeded: block.signed(at: 2 + i)) }
  }

  private mutating func readQ4_0(_ block: UnsafeRawPointer) {
    d = block.word(at: 0)
    for i in 0..<16 {
      levels[i] = Int8(truncatingIfNeeded: block.bits(at: 2 + i, from: 0, mask: 15))
      levels[i + 16] = Int8(truncatingIfNeeded: block.bits(at: 2 + i, from: 4, mask: 15))
    }
  }

  private mutating func readQ4_K(_ block: UnsafeRawPointer) {
    (d, dmin) = (block.word(at: 0), block.word(at: 2))
    for c in 0..<8 {
      let (scale, minimum) = KBlocks.scaleAndMinimum(block + 4, c)
      (scales[c], minima[c]) = (Int8(truncatingIfNeeded: scale), Int8(truncatingIfNeeded: minimum))
      let quants = block + 16 + c / 2 * KBlocks.chunk
      for i in 0..<KBlocks.chunk {
        let level = quants.bits(at: i, from: c % 2 * 4, mask: 15)
        levels[c * KBlocks.chunk + i] = Int8(truncatingIfNeeded: level)
      }
    }
  }

  private mutating func readQ6_K(_ block: UnsafeRawPointer) {
    d = block.word(at: KBlocks.q6ScaleOffset)
    for part in 0..<16 { scales[part] = Int8(truncatingIfNeeded: block.signed(at: 192 + part)) }
    for c in 0..<8 {
      let quants = block + KBlocks.quantsQ6(c), upper = block + 128 + c / 4 * KBlocks.chunk
      for i in 0..<KBlocks.chunk {
        let low = quants.bits(at: i, from: c % 4 / 2 * 4, mask: 15)
        let level = low | upper.bits(at: i, from: c % 4 * 2, mask: 3) &<< 4
        levels[c * KBlocks.chunk + i] = Int8(truncatingIfNeeded: level)
      }
    }
  }
}
