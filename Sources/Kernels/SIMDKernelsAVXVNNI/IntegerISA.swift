import CKernels

// Products of bytes with AVX-VNNI: vpdpbusd adds four of them to 32 bits, bytes of weights without sign.

@inline(__always) var sumsArePairs: Bool { false }
/// 2 vectors of rows for each of 4 tokens make 8 sums, the rest of 16 registers holds operands.
@inline(__always) var tileTokens: Int { 4 }
typealias Sums = InlineArray<8, IntLanes>

@inline(__always) func dot(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
  ck_dot_unsigned_8(sum, w, y)
}
@inline(__always) func total(_ sum: IntLanes) -> IntLanes { sum }
@inline(__always) func loadFactors(_ p: UnsafeRawPointer) -> IntLanes { ck_widen_bytes_8(p) }
@inline(__always) func scaled(_ sum: IntLanes, _ factors: IntLanes) -> IntLanes { sum &* factors }

// Weights of 8 bits
@inline(__always) public var byteStep: Int { 4 }
@inline(__always) public var bytesAreUnsigned: Bool { true }
@inline(__always) func loadByteStep(_ p: UnsafeRawPointer) -> IntLanes { loadInts(p) }
@inline(__always) func dotBytes(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
  ck_dot_unsigned_8(sum, w, y)
}
