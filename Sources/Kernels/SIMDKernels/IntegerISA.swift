import CKernels

// Products of bytes, baseline: SSE2 (as words) on x86-64, smull and sadalp on aarch64. Sums have 32 bits.

@inline(__always) var sumsArePairs: Bool { false }
#if arch(arm64)
  /// 2 vectors of rows for each of 6 tokens make 12 sums of 32 registers.
  @inline(__always) var tileTokens: Int { 6 }
  typealias Sums = InlineArray<12, IntLanes>
#else
  @inline(__always) var tileTokens: Int { 4 }
  typealias Sums = InlineArray<8, IntLanes>
#endif

@inline(__always) func dot(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes { ck_dot_4(sum, w, y) }
@inline(__always) func total(_ sum: IntLanes) -> IntLanes { sum }
@inline(__always) func loadFactors(_ p: UnsafeRawPointer) -> IntLanes { ck_widen_bytes_4(p) }
@inline(__always) func scaled(_ sum: IntLanes, _ factors: IntLanes) -> IntLanes { sum &* factors }

// Weights of 8 bits
@inline(__always) public var byteStep: Int { 4 }
@inline(__always) public var bytesAreUnsigned: Bool { false }
@inline(__always) func loadByteStep(_ p: UnsafeRawPointer) -> IntLanes { loadInts(p) }
@inline(__always) func dotBytes(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
  ck_dot_4(sum, w, y)
}
