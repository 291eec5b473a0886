import CKernels
import KernelTypes

// Products of bfloat16 with bfloat16, where an instruction makes them: the tile of floats, its elements pairs along k.
// Panels are [k / 2][row][2], with a zero behind an odd k.

/// This build's products of bfloat16. To be called only where the CPU has its instructions.
public func brainTable() -> BrainTable {
  (multipliesPairs: multipliesBrainPairs, gemm: gemmBrain, gemmSmall: gemmSmallBrain, round: roundToBrain)
}

/// Whether the following are worth calling; else they do nothing, and bfloat16 is widened (`multiplyBF16`, `widenBF16`).
@inline(__always) public var multipliesBrainPairs: Bool { ck_multiplies_brain_pairs() }

/// `gemm` of pairs: `depth` counts them.
public func gemmBrain(_ g: GEMMBlock) { if multipliesBrainPairs { gemm(pairs: true, g) } }

/// `gemmSmall` of pairs: `depth` and `xRowStride` count them.
public func gemmSmallBrain(
  rows: Int, x: UnsafePointer<Float>, xRowStride: Int, b: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>, yRowStride: Int, n: Int, depth: Int
) {
  guard multipliesBrainPairs else { return }
  gemmSmall(
    pairs: true, rows,
    TileOperands(
      a: x, rowStride: xRowStride, depthStride: 1, b: b, bStride: tileColumns, depth: depth),
    TileTarget(c: y, rowStride: yRowStride, columns: n, accumulate: false, scale: 1))
}

/// Rounds `count` floats to pairs of bfloat16, as `ActivationForm.bf16` does; a pair is as large as a float.
public func roundToBrain(
  _ x: UnsafePointer<Float>, count: Int, into pairs: UnsafeMutablePointer<Float>
) {
  let elements = UnsafeMutableRawPointer(pairs).assumingMemoryBound(to: UInt16.self)
  ck_round_brain(x, count, elements)
  if count & 1 == 1 { elements[count] = 0 }
}

@inline(__always) func dotBrain(_ acc: SIMD4<Float>, _ w: SIMD4<Float>, _ x: SIMD4<Float>) -> SIMD4<Float> {
  ck_dot_brain_4(acc, w, x)
}
@inline(__always) func dotBrain(_ acc: SIMD8<Float>, _ w: SIMD8<Float>, _ x: SIMD8<Float>) -> SIMD8<Float> {
  ck_dot_brain_8(acc, w, x)
}
@inline(__always) func dotBrain(
  _ acc: SIMD16<Float>, _ w: SIMD16<Float>, _ x: SIMD16<Float>
) -> SIMD16<Float> {
  ck_dot_brain_16(acc, w, x)
}
