// AVX-512 F, BW, DQ, VL, CD (x86-64-v4): 32 registers of 16 floats.

typealias Lanes = SIMD16<Float>
typealias IntLanes = SIMD16<Int32>
typealias PairLanes = SIMD8<UInt64>

/// Rows of the register tile: 12 × 2 accumulators and two vectors of B; A is an operand broadcast from memory.
@inline(__always) var tileRows: Int { 12 }
typealias Accumulators = InlineArray<24, Lanes>

/// Cached halves and bytes become floats in one or two instructions.
@inline(__always) var widensInLoops: Bool { true }

/// acc + a · b in one instruction.
@inline(__always) func multiplyAdd(_ acc: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes { acc.addingProduct(a, b) }
