import CKernels

// Products of bytes, baseline: SSE2 (as words) on x86-64, smull and its kin on aarch64.

#if arch(arm64)
  /// Sums in 16 bits, two to a lane, until they are widened: weights of up to 6 bits over half a block, which the range
  /// allows; see `dotSixBits`.
  @inline(__always) var sumsArePairs: Bool { true }
  /// 2 vectors of rows for each of 6 tokens make 12 sums of 32 registers.
  @inline(__always) var tileTokens: Int { 6 }
  typealias Sums = InlineArray<12, IntLanes>

  @inline(__always) var multipliesMatrices: Bool { false }
  @inline(__always) func loadStart(_ p: UnsafeRawPointer) -> IntLanes { ck_total_pairs_4(splatInts(p)) }
  @inline(__always) func dotNibbles(_ sum: IntLanes, _ w: Steps, _ y: IntLanes) -> IntLanes {
    ck_add_pairs_4(sum, products(w, y))
  }
  /// Four products fit into 16 bits, 4 · 63 · 127; pairs of them may not, but with the start they do, and overflow on
  /// the way cancels out.
  @inline(__always) func dotSixBits(_ start: UnsafeRawPointer, _ w: Steps, _ y: IntLanes) -> IntLanes {
    ck_total_pairs_4(ck_add_words_4(products(w, y), splatInts(start)))
  }
  @inline(__always) func dotBytes(_ sum: IntLanes, _ w: Steps, _ y: IntLanes) -> IntLanes {
    let first = ck_multiply_add_8(ck_multiply_8(w.0, splat(y, 0)), w.1, splat(y, 1))
    let second = ck_multiply_add_8(ck_multiply_8(w.2, splat(y, 2)), w.3, splat(y, 3))
    return sum &+ ck_total_quads_4(first, second)
  }
  /// Products of four steps as sums of two in 16 bits.
  @inline(__always) func products(_ w: Steps, _ y: IntLanes) -> IntLanes {
    let half = ck_multiply_add_8(ck_multiply_8(w.0, splat(y, 0)), w.1, splat(y, 1))
    return ck_join_pairs_4(ck_multiply_add_8(ck_multiply_add_8(half, w.2, splat(y, 2)), w.3, splat(y, 3)))
  }
#else
  @inline(__always) var sumsArePairs: Bool { false }
  /// Each product takes words of both operands apart, for which half of 16 registers is needed.
  @inline(__always) var tileTokens: Int { 2 }
  typealias Sums = InlineArray<4, IntLanes>

  @inline(__always) func dot(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
    ck_dot_4(sum, w, y)
  }
  @inline(__always) func total(_ sum: IntLanes) -> IntLanes { sum }
  @inline(__always) func scaled(_ sum: IntLanes, _ factors: IntLanes) -> IntLanes { sum &* factors }
  @inline(__always) func oddBytes(_ w: IntLanes) -> IntLanes { w }
  @inline(__always) func dotBytes(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
    ck_dot_4(sum, w, y)
  }
#endif
@inline(__always) func loadFactors(_ p: UnsafeRawPointer) -> IntLanes { ck_widen_bytes_4(p) }

// Weights of 8 bits
@inline(__always) public var byteStep: Int { 4 }
@inline(__always) public var bytesAreUnsigned: Bool { false }
@inline(__always) public var multipliesWords: Bool { false }
