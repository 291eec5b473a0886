import CKernels

// Products of bytes with AVX2, and with AVX-512 BW: vpmaddubsw makes sums of two products in 16 bits. Weights of up to
// 6 bits are summed in 16 bits over half a block or a whole one, which the range allows: |Σ| ≤ 16 · 8 · 127 (4 bits) and
// 8 · 32 · 127 (6 bits) for each sum of pairs, intermediate overflow cancelling out. Weights of 8 bits
// go as words, even bytes and odd ones, because no sum of two of their products is exact as bytes.

/// Lanes hold two sums of 16 bits.
@inline(__always) var sumsArePairs: Bool { true }
/// Tokens of the tile: 2 vectors of rows for each make 8 sums of 16 registers, or 12 of 32; the rest holds operands.
@inline(__always) var tileTokens: Int { laneCount == 16 ? 6 : 4 }
typealias Sums = InlineArray<12, IntLanes>

@inline(__always) func dot(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes { dotPairs(sum, w, y) }
/// The whole sum of a lane.
@inline(__always) func total(_ sum: IntLanes) -> IntLanes {
  dotWords(sum, IntLanes(repeating: 0x0001_0001))
}
/// Factors of lanes, signed bytes in memory, for `scaled`.
@inline(__always) func loadFactors(_ p: UnsafeRawPointer) -> IntLanes { loadTwinWords(p) }
/// The whole sum of a lane, times its factor.
@inline(__always) func scaled(_ sum: IntLanes, _ factors: IntLanes) -> IntLanes { dotWords(sum, factors) }

// Weights of 8 bits
/// Elements of k in a lane.
@inline(__always) public var byteStep: Int { 4 }
/// Weights of 8 bits are stored as q + 128.
@inline(__always) public var bytesAreUnsigned: Bool { true }
/// They and their activations are multiplied as words.
@inline(__always) public var multipliesWords: Bool { true }
@inline(__always) func dotBytes(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
  sum &+ dotWords(w, y)
}

// One for each width; the overload whose vector is `IntLanes` is the one that a call finds.
@inline(__always) func dotPairs(_ s: SIMD8<Int32>, _ w: SIMD8<Int32>, _ y: SIMD8<Int32>) -> SIMD8<Int32> {
  ck_dot_pairs_8(s, w, y)
}
@inline(__always) func dotPairs(_ s: SIMD16<Int32>, _ w: SIMD16<Int32>, _ y: SIMD16<Int32>) -> SIMD16<Int32> {
  ck_dot_pairs_16(s, w, y)
}
@inline(__always) func dotWords(_ a: SIMD8<Int32>, _ b: SIMD8<Int32>) -> SIMD8<Int32> { ck_dot_words_8(a, b) }
@inline(__always) func dotWords(_ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> SIMD16<Int32> {
  ck_dot_words_16(a, b)
}
@inline(__always) func loadTwinWords(_ p: UnsafeRawPointer) -> SIMD8<Int32> { ck_twin_words_8(p) }
@inline(__always) func loadTwinWords(_ p: UnsafeRawPointer) -> SIMD16<Int32> { ck_twin_words_16(p) }
@inline(__always) func oddBytes(_ v: SIMD8<Int32>) -> SIMD8<Int32> { ck_odd_bytes_8(v) }
@inline(__always) func oddBytes(_ v: SIMD16<Int32>) -> SIMD16<Int32> { ck_odd_bytes_16(v) }
