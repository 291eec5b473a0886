import CKernels

// Products of bytes with smmla: 2 rows by 2 tokens, 8 elements of k; one token alone with sdot.

@inline(__always) var sumsArePairs: Bool { false }
/// 2 vectors of rows for each of 6 tokens make 12 sums of 32 registers; 8 hold weights.
@inline(__always) var tileTokens: Int { 6 }
typealias Sums = InlineArray<12, IntLanes>

@inline(__always) var multipliesMatrices: Bool { true }
/// What sums start with, in every lane.
@inline(__always) func loadStart(_ p: UnsafeRawPointer) -> IntLanes { splatInts(p) }
/// Adds the products of four steps, weights of 4 bits.
@inline(__always) func dotNibbles(_ sum: IntLanes, _ w: Steps, _ y: IntLanes) -> IntLanes {
  dotBytes(sum, w, y)
}
/// The products of four steps, weights of 6 bits, and the start at an address.
@inline(__always) func dotSixBits(_ start: UnsafeRawPointer, _ w: Steps, _ y: IntLanes) -> IntLanes {
  dotBytes(splatInts(start), w, y)
}
@inline(__always) func dotBytes(_ sum: IntLanes, _ w: Steps, _ y: IntLanes) -> IntLanes {
  let half = ck_dot_4(ck_dot_4(sum, w.0, splat(y, 0)), w.1, splat(y, 1))
  return ck_dot_4(ck_dot_4(half, w.2, splat(y, 2)), w.3, splat(y, 3))
}
@inline(__always) func loadFactors(_ p: UnsafeRawPointer) -> IntLanes { ck_widen_bytes_4(p) }

// Weights of 8 bits
/// Elements of k in a step.
@inline(__always) public var byteStep: Int { 8 }
/// Weights of 8 bits are stored as q + 128.
@inline(__always) public var bytesAreUnsigned: Bool { false }
@inline(__always) public var multipliesWords: Bool { false }
