import CKernels

// Products of bytes with AVX-512 BW: vpmaddubsw makes sums of two products in 16 bits. Weights of up to 6 bits are summed in
// 16 bits over half a block or a whole one, which the range allows: |Σ| ≤ 16 · 8 · 127 (4 bits) and 8 · 32 · 127
// (6 bits) for each sum of pairs, intermediate overflow cancelling out. Weights of 8 bits go as words.

/// Lanes hold two sums of 16 bits.
@inline(__always) var sumsArePairs: Bool { true }
/// Tokens of the tile: 2 vectors of rows for each of 6 make 12 sums of 32 registers.
@inline(__always) var tileTokens: Int { 6 }
typealias Sums = InlineArray<12, IntLanes>

@inline(__always) func dot(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
  ck_dot_pairs_16(sum, w, y)
}
/// The whole sum of a lane.
@inline(__always) func total(_ sum: IntLanes) -> IntLanes {
  ck_dot_words_16(sum, IntLanes(repeating: 0x0001_0001))
}
/// Factors of lanes, signed bytes in memory, for `scaled`.
@inline(__always) func loadFactors(_ p: UnsafeRawPointer) -> IntLanes { ck_twin_words_16(p) }
/// The whole sum of a lane, times its factor.
@inline(__always) func scaled(_ sum: IntLanes, _ factors: IntLanes) -> IntLanes {
  ck_dot_words_16(sum, factors)
}

// Weights of 8 bits
/// Elements of k in a lane.
@inline(__always) public var byteStep: Int { 2 }
/// Weights of 8 bits are stored as q + 128.
@inline(__always) public var bytesAreUnsigned: Bool { false }
@inline(__always) func loadByteStep(_ p: UnsafeRawPointer) -> IntLanes { ck_words_16(p) }
@inline(__always) func dotBytes(_ sum: IntLanes, _ w: IntLanes, _ y: IntLanes) -> IntLanes {
  sum &+ ck_dot_words_16(w, y)
}
