// What differs between instruction sets; everything else is in Shared/, compiled once per ISA.
// Baseline: SSE2 on x86-64, NEON on aarch64. 16 registers of 4 floats (x86-64), 32 (aarch64).

typealias Lanes = SIMD4<Float>
typealias IntLanes = SIMD4<Int32>
typealias PairLanes = SIMD2<UInt64>

#if arch(arm64)
  /// Rows of the register tile: 8 × 2 accumulators leave half of the 32 registers for operands.
  @inline(__always) var tileRows: Int { 8 }
  typealias Accumulators = InlineArray<16, Lanes>
  /// Cached halves and bytes become floats in one or two instructions.
  @inline(__always) var widensInLoops: Bool { true }

  /// acc + a · b in one instruction.
  @inline(__always) func multiplyAdd(_ acc: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
    acc.addingProduct(a, b)
  }
#else
  /// Rows of the register tile: 6 × 2 accumulators, two vectors of B and a broadcast make 15 of 16 registers.
  @inline(__always) var tileRows: Int { 6 }
  typealias Accumulators = InlineArray<12, Lanes>
  /// SSE2 needs registers to make floats of cached halves and bytes, more than a tile leaves.
  @inline(__always) var widensInLoops: Bool { false }

  /// acc + a · b. SSE2 has no fused form: `addingProduct` would call `fmaf` for each lane.
  @inline(__always) func multiplyAdd(_ acc: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes { acc + a * b }
#endif
