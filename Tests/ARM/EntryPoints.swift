// SIMDKernels for a C program: the same functions with plain arguments. Compiled together with the kernels for
// aarch64, where the package itself cannot be built from here.

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

@_cdecl("arm_attention_scratch")
public func armAttentionScratch(_ rows: Int, _ headDim: Int) -> Int {
  attentionScratch(rows: rows, headDim: headDim)
}

/// `shape`: tokens, heads, headDim, visible, start, end, format.
@_cdecl("arm_attention")
public func armAttention(
  _ shape: UnsafePointer<Int>, _ q: Const, _ out: Mutable, _ keys: UnsafeRawPointer,
  _ values: UnsafeRawPointer, _ partial: Mutable?, _ scratch: Mutable
) { attention(rows(shape, q, out, CachedHead(keys, values, shape), partial, scratch)) }

@_cdecl("arm_merge_attention")
public func armMergeAttention(
  _ shape: UnsafePointer<Int>, _ out: Mutable, _ partials: Mutable, _ count: Int
) {
  let none = CachedHead(UnsafeRawPointer(partials), UnsafeRawPointer(partials), shape)
  mergeAttention(rows(shape, partials, out, none, partials, partials), partials: partials, count: count)
}

/// `shape`: tokens, headDim, rowStride, position, format.
@_cdecl("arm_store")
public func armStore(
  _ shape: UnsafePointer<Int>, _ from: Const, _ to: UnsafeMutableRawPointer, _ scratch: Mutable,
  _ keys: Bool
) {
  let rows = CacheRows(
    from, tokens: shape[0], headDim: shape[1], rowStride: shape[2], to: to, format: format(shape[4]),
    position: shape[3], scratch: scratch)
  if keys { storeKeys(rows) } else { storeValues(rows) }
}

private func format(_ index: Int) -> CacheFormat { index == 0 ? .f32 : index == 1 ? .f16 : .q8 }

private func rows(
  _ shape: UnsafePointer<Int>, _ q: Const, _ out: Mutable, _ cache: CachedHead, _ partial: Mutable?,
  _ scratch: Mutable
) -> AttentionRows {
  AttentionRows(
    tokens: shape[0], heads: shape[1], q: q, out: out, tokenStride: shape[1] * shape[2], cache: cache,
    visible: shape[3], start: shape[4], end: shape[5], partial: partial, scratch: scratch)
}

extension CachedHead {
  fileprivate init(_ keys: UnsafeRawPointer, _ values: UnsafeRawPointer, _ shape: UnsafePointer<Int>) {
    self.init(keys: keys, format(shape[6]), values: values, format(shape[6]), headDim: shape[2])
  }
}
