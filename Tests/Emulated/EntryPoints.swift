// SIMDKernels for a C program: the same functions with plain arguments. Compiled together with the kernels for a CPU
// that is only emulated, where the package itself cannot run: scripts/check-arm.sh and scripts/check-avx512.sh.

import KernelTypes

@_cdecl("kernel_panel_rows") public func kernelPanelRows() -> Int { panelRows }
@_cdecl("kernel_panel_columns") public func kernelPanelColumns() -> Int { panelColumns }

@_cdecl("kernel_pack_a")
public func kernelPackA(
  _ data: Const, _ rows: Int, _ depth: Int, _ rowStride: Int, _ depthStride: Int, _ into: Mutable
) {
  packA(
    PackSource(data, rows: rows, depth: depth, rowStride: rowStride, depthStride: depthStride), into: into)
}

@_cdecl("kernel_pack_b")
public func kernelPackB(
  _ data: Const, _ rows: Int, _ depth: Int, _ rowStride: Int, _ depthStride: Int, _ into: Mutable
) {
  packB(
    PackSource(data, rows: rows, depth: depth, rowStride: rowStride, depthStride: depthStride), into: into)
}

@_cdecl("kernel_gemm")
public func kernelGEMM(
  _ a: Const, _ b: Const, _ c: Mutable, _ m: Int, _ n: Int, _ depth: Int, _ accumulate: Bool
) {
  gemm(
    GEMMBlock(
      a: a, b: b, bPanelStride: depth * panelColumns, c: c, cRowStride: n, shape: (m, n, depth),
      accumulate: accumulate))
}

@_cdecl("kernel_gemm_small")
public func kernelGEMMSmall(_ rows: Int, _ x: Const, _ b: Const, _ y: Mutable, _ n: Int, _ depth: Int) {
  gemmSmall(rows: rows, x: x, xRowStride: depth, b: b, y: y, yRowStride: n, n: n, depth: depth)
}

@_cdecl("kernel_gemv")
public func kernelGEMV(_ w: Const, _ rows: Int, _ columns: Int, _ x: Const, _ y: Mutable) {
  gemv(w: w, rowStride: columns, rows: rows, columns: columns, x: x, y: y)
}

@_cdecl("kernel_rms_norm")
public func kernelRMSNorm(_ x: Const, _ weight: Const, _ y: Mutable, _ count: Int, _ epsilon: Float) {
  rmsNorm(x: x, weight: weight, y: y, count: count, epsilon: epsilon)
}

@_cdecl("kernel_softmax") public func kernelSoftmax(_ x: Mutable, _ count: Int) { softmax(x, count: count) }

@_cdecl("kernel_swiglu")
public func kernelSwiGLU(_ gate: Const, _ up: Const, _ out: Mutable, _ count: Int) {
  swiGLU(gate: gate, up: up, out: out, count: count)
}

@_cdecl("kernel_rope")
public func kernelRoPE(_ x: Mutable, _ cos: Const, _ sin: Const, _ count: Int, _ halves: Bool) {
  if halves {
    ropeHalves(x, cos: cos, sin: sin, count: count)
  } else {
    ropeAdjacent(x, cos: cos, sin: sin, count: count)
  }
}

@_cdecl("kernel_attention_scratch")
public func kernelAttentionScratch(_ rows: Int, _ headDim: Int) -> Int {
  attentionScratch(rows: rows, headDim: headDim)
}

/// `shape`: tokens, heads, headDim, visible, start, end, format.
@_cdecl("kernel_attention")
public func kernelAttention(
  _ shape: UnsafePointer<Int>, _ q: Const, _ out: Mutable, _ keys: UnsafeRawPointer,
  _ values: UnsafeRawPointer, _ partial: Mutable?, _ scratch: Mutable
) { attention(rows(shape, q, out, CachedHead(keys, values, shape), partial, scratch)) }

@_cdecl("kernel_merge_attention")
public func kernelMergeAttention(
  _ shape: UnsafePointer<Int>, _ out: Mutable, _ partials: Mutable, _ count: Int
) {
  let none = CachedHead(UnsafeRawPointer(partials), UnsafeRawPointer(partials), shape)
  mergeAttention(rows(shape, partials, out, none, partials, partials), partials: partials, count: count)
}

/// `shape`: tokens, headDim, rowStride, position, format.
@_cdecl("kernel_store")
public func kernelStore(
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

// Weights of fewer bits

@_cdecl("kernel_byte_step") public func kernelByteStep() -> Int { byteStep }
@_cdecl("kernel_bytes_are_unsigned") public func kernelBytesAreUnsigned() -> Bool { bytesAreUnsigned }
@_cdecl("kernel_multiplies_words") public func kernelMultipliesWords() -> Bool { multipliesWords }
@_cdecl("kernel_panel_scratch_floats") public func kernelPanelScratchFloats() -> Int { panelScratchFloats }

@_cdecl("kernel_quantise")
public func kernelQuantise(
  _ x: Const, _ blocks: Int, _ token: Int, _ tokens: Int, _ withWords: Bool,
  _ into: UnsafeMutableRawPointer
) {
  quantise(x, blocks: blocks, token: token, of: tokens, withWords: withWords, into: into)
}

/// - Parameter panels: data, bytes from one panel to the next, rows, blocks of 32 along k.
@_cdecl("kernel_multiply_blocks")
public func kernelMultiplyBlocks(
  _ format: Int, _ panels: UnsafePointer<Int>, _ tokens: Int, _ activations: UnsafeRawPointer,
  _ tokenChunk: Int, _ y: Mutable, _ yStride: Int, _ scratch: Mutable
) {
  let product = PanelProduct(
    panels: UnsafeRawPointer(bitPattern: panels[0])!, panelStride: panels[1],
    shape: (rows: panels[2], tokens: tokens, blocks: panels[3]), activations: activations,
    part: 0..<tokens, tokenChunk: tokenChunk, y: y, yStride: yStride, scratch: scratch)
  switch format {
  case 0: multiplyQ8_0(product)
  case 1: multiplyQ4_0(product)
  case 2: multiplyQ4_K(product)
  default: multiplyQ6_K(product)
  }
}

@_cdecl("kernel_multiply_half")
public func kernelMultiplyHalf(
  _ brain: Bool, _ x: Const, _ tokens: Int, _ rows: Int, _ depth: Int, _ panels: UnsafeRawPointer,
  _ y: Mutable
) {
  let product = HalfProduct(
    x: x, xStride: depth, shape: (tokens, rows, depth), panels: panels, y: y, yStride: rows)
  brain ? multiplyBF16(product) : multiplyF16(product)
}

@_cdecl("kernel_widen_half")
public func kernelWidenHalf(_ brain: Bool, _ from: UnsafeRawPointer, _ count: Int, _ to: Mutable) {
  brain ? widenBF16(from, count: count, into: to) : widenF16(from, count: count, into: to)
}

@_cdecl("kernel_multiplies_brain_pairs") public func kernelMultipliesBrainPairs() -> Bool {
  multipliesBrainPairs
}

@_cdecl("kernel_round_to_brain")
public func kernelRoundToBrain(_ x: Const, _ count: Int, _ pairs: Mutable) {
  roundToBrain(x, count: count, into: pairs)
}

@_cdecl("kernel_gemm_brain")
public func kernelGEMMBrain(_ a: Const, _ b: Const, _ c: Mutable, _ m: Int, _ n: Int, _ depth: Int) {
  gemmBrain(
    GEMMBlock(
      a: a, b: b, bPanelStride: depth * panelColumns, c: c, cRowStride: n, shape: (m, n, depth),
      accumulate: false))
}

@_cdecl("kernel_gemm_small_brain")
public func kernelGEMMSmallBrain(_ rows: Int, _ x: Const, _ b: Const, _ y: Mutable, _ n: Int, _ depth: Int) {
  gemmSmallBrain(rows: rows, x: x, xRowStride: depth, b: b, y: y, yRowStride: n, n: n, depth: depth)
}
