import KernelTypes
import Parallel
import QuantFormats
import ReferenceKernels

/// Weights in blocks: Q8_0, Q4_0, Q4_K and Q6_K, as `QuantPacking` lays them out; activations become int8.
extension SIMDKernelSet {
  private func packing(_ format: TensorFormat) -> QuantPacking {
    QuantPacking(
      format: format, width: table.panelColumns, byteStep: table.byteStep, isUnsigned: table.bytesAreUnsigned)
  }

  func prepareBlocks(_ source: WeightSource) -> Weights {
    let packing = packing(source.format), stride = packing.panelBytes(columns: source.columns)
    let panels = (source.rows + table.panelColumns - 1) / table.panelColumns
    let weights = Weights(
      of: source, layout: weightLayout, format: source.format, activations: .int8, byteCount: panels * stride)
    let data = weights.data
    forEachPanel(of: source) { panel, rows, _ in
      let start = data + panel * stride
      start.initializeMemory(as: UInt8.self, repeating: 0, count: stride)
      packing.pack(source, rows: rows, into: start)
    }
    return weights
  }

  func linearBlocks(tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafeMutablePointer<Float>)
  {
    let multiply = product(of: w.format)
    let stride = packing(w.format).panelBytes(columns: w.columns)
    let activations = quantise(tokens: tokens, x: x, columns: w.columns, for: w.format)
    // Half of a 1 MiB L2 for activations.
    let chunk = 524_288 / (w.columns / 32 * blockBytes(w.format)) / 12 * 12
    forPanels(of: w) { [table, perThread] first, rows, thread in
      multiply(
        PanelProduct(
          panels: UnsafeRawPointer(w.data) + first / table.panelColumns * stride, panelStride: stride,
          shape: (rows, tokens, w.columns / 32), activations: activations,
          tokenChunk: max(12, min(chunk, table.largestTokenChunk)), y: y + first, yStride: w.rows,
          scratch: perThread[thread].floats(table.panelScratchFloats)))
    }
  }

  private func product(of format: TensorFormat) -> @Sendable (PanelProduct) -> Void {
    switch format {
    case .q8_0: table.multiplyQ8_0
    case .q4_0: table.multiplyQ4_0
    case .q4_k: table.multiplyQ4_K
    default: table.multiplyQ6_K
    }
  }

  private func needsWords(_ format: TensorFormat) -> Bool { format == .q8_0 && table.byteStep == 2 }

  private func blockBytes(_ format: TensorFormat) -> Int {
    needsWords(format) ? ActivationBlock.bytesWithWords : ActivationBlock.bytes
  }

  /// Quantised activations, valid until the next call.
  private func quantise(tokens: Int, x: UnsafePointer<Float>, columns: Int, for format: TensorFormat)
    -> UnsafeRawPointer
  {
    let blocks = columns / ActivationForm.blockElements, withWords = needsWords(format)
    let start = UnsafeMutableRawPointer(packedA.floats(tokens * blocks * blockBytes(format) / 4))
    pool.forEach(count: tokens, chunk: max(share(tokens, unit: 1), 16_384 / columns)) { [table] range, _ in
      for t in range { table.quantise(x + t * columns, blocks, t, tokens, withWords, start) }
    }
    return UnsafeRawPointer(start)
  }
}
