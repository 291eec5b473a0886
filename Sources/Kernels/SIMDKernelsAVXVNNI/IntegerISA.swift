import CKernels

// Products of bytes with AVX-VNNI, and with AVX-512 VNNI: vpdpbusd adds four of them to 32 bits, bytes of weights without
// sign.

@inline(__always) var sumsArePairs: Bool { false }
/// Tokens of the tile: 2 vectors of rows for each make 8 sums of 16 registers, or 12 of 32: as many as hide the latency
/// of two vpdpbusd per cycle.
@inline(__always) var tileTokens: Int { laneCount == 16 ? 6 : 4 }
typealias Sums = InlineArray<12, IntLanes>

@inline(__always) func dot(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
  dotUnsigned(sum, w, y)
}
@inline(__always) func total(_ sum: IntLanes) -> IntLanes { sum }
@inline(__always) func loadFactors(_ p: UnsafeRawPointer) -> IntLanes { loadSignedBytes(p) }
@inline(__always) func scaled(_ sum: IntLanes, _ factors: IntLanes) -> IntLanes { sum &* factors }

// Weights of 8 bits
@inline(__always) public var byteStep: Int { 4 }
@inline(__always) public var bytesAreUnsigned: Bool { true }
@inline(__always) public var multipliesWords: Bool { false }
@inline(__always) func oddBytes(_ w: IntLanes) -> IntLanes { w }
@inline(__always) func dotBytes(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
  dotUnsigned(sum, w, y)
}

// One for each width; the overload whose vector is `IntLanes` is the one that a call finds.
@inline(__always) func dotUnsigned(_ s: SIMD8<Int32>, _ w: SIMD8<Int32>, _ y: SIMD8<Int32>) -> SIMD8<Int32> {
  ck_dot_unsigned_8(s, w, y)
}
@inline(__always) func dotUnsigned(_ s: SIMD16<Int32>, _ w: SIMD16<Int32>, _ y: SIMD16<Int32>)
  -> SIMD16<Int32>
{
  ck_dot_unsigned_16(s, w, y)
}
@inline(__always) func loadSignedBytes(_ p: UnsafeRawPointer) -> SIMD8<Int32> { ck_widen_bytes_8(p) }
@inline(__always) func loadSignedBytes(_ p: UnsafeRawPointer) -> SIMD16<Int32> { ck_widen_bytes_16(p) }
