// SIMDKernels for a C program: the same functions with plain arguments. Compiled together with the kernels for a CPU
// that is only emulated, where the package itself cannot run: scripts/check-arm.sh and scripts/check-avx512.sh.

import KernelTypes

public typealias Const = UnsafePointer<Float>
public typealias Mutable = UnsafeMutablePointer<Float>

@_cdecl("arm_panel_rows") public func armPanelRows() -> Int { panelRows }
@_cdecl("arm_panel_columns") public func armPanelColumns() -> Int { panelColumns }

@_cdecl("arm_pack_a")
public func armPackA(
  _ data: Const, _ rows: Int, _ depth: Int, _ rowStride: Int, _ depthStride: Int, _ into: Mutable
) {
  packA(
    PackSource(data, rows: rows, depth: depth, rowStride: rowStride, depthStride: depthStride), into: into)
}

@_cdecl("arm_pack_b")
public func armPackB(
  _ data: Const, _ rows: Int, _ depth: Int, _ rowStride: Int, _ depthStride: Int, _ into: Mutable
) {
  packB(
    PackSource(data, rows: rows, depth: depth, rowStride: rowStride, depthStride: depthStride), into: into)
}

@_cdecl("arm_gemm")
public func armGEMM(
  _ a: Const, _ b: Const, _ c: Mutable, _ m: Int, _ n: Int, _ depth: Int, _ accumulate: Bool
) {
  gemm(
    GEMMBlock(
      a: a, b: b, bPanelStride: depth * panelColumns, c: c, cRowStride: n, shape: (m, n, depth),
      accumulate: accumulate))
}

@_cdecl("arm_gemm_small")
public func armGEMMSmall(_ rows: Int, _ x: Const, _ b: Const, _ y: Mutable, _ n: Int, _ depth: Int) {
  gemmSmall(rows: rows, x: x, xRowStride: depth, b: b, y: y, yRowStride: n, n: n, depth: depth)
}

@_cdecl("arm_gemv")
public func armGEMV(_ w: Const, _ rows: Int, _ columns: Int, _ x: Const, _ y: Mutable) {
  gemv(w: w, rowStride: columns, rows: rows, columns: columns, x: x, y: y)
}

@_cdecl("arm_rms_norm")
public func armRMSNorm(_ x: Const, _ weight: Const, _ y: Mutable, _ count: Int, _ epsilon: Float) {
  rmsNorm(x: x, weight: weight, y: y, count: count, epsilon: epsilon)
}

@_cdecl("arm_softmax") public func armSoftmax(_ x: Mutable, _ count: Int) { softmax(x, count: count) }

@_cdecl("arm_swiglu")
public func armSwiGLU(_ gate: Const, _ up: Const, _ out: Mutable, _ count: Int) {
  swiGLU(gate: gate, up: up, out: out, count: count)
}

@_cdecl("arm_rope")
public func armRoPE(_ x: Mutable, _ cos: Const, _ sin: Const, _ count: Int, _ halves: Bool) {
  if halves {
    ropeHalves(x, cos: cos, sin: sin, count: count)
  } else {
    ropeAdjacent(x, cos: cos, sin: sin, count: count)
  }
}

@_cdecl("arm_attention")
public func armAttention(
  _ rows: Int, _ q: Const, _ out: Mutable, _ keys: Const, _ values: Const, _ headDim: Int, _ visible: Int,
  _ visibleStep: Int, _ scores: Mutable, _ scoreStride: Int
) {
  attention(
    AttentionRows(
      rows: rows, q: q, qStride: headDim, out: out, outStride: headDim, keys: keys, values: values,
      headDim: headDim, keyTile: 32, visible: visible, visibleStep: visibleStep, scores: scores,
      scoreStride: scoreStride))
}
