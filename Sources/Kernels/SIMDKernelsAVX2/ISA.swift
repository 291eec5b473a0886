// AVX2 with FMA (x86-64-v3): 16 registers of 8 floats.

typealias Lanes = SIMD8<Float>
typealias IntLanes = SIMD8<Int32>
typealias PairLanes = SIMD4<UInt64>

/// Rows of the register tile: 6 × 2 accumulators, two vectors of B and a broadcast make 15 of 16 registers.
@inline(__always) var tileRows: Int { 6 }
typealias Accumulators = InlineArray<12, Lanes>

/// Cached halves and bytes become floats in one or two instructions.
@inline(__always) var widensInLoops: Bool { true }

/// acc + a · b in one instruction.
@inline(__always) func multiplyAdd(_ acc: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes { acc.addingProduct(a, b) }
