import KernelTypes
import Parallel
import QuantFormats
import ReferenceKernels

/// Weights in blocks: Q8_0, Q4_0, Q4_K and Q6_K, as `QuantPacking` lays them out; activations become int8.
extension SIMDKernelSet {
  func blockPacking(_ format: TensorFormat) -> QuantPacking {
    QuantPacking(
      format: format, width: table.panelColumns, byteStep: table.integer.byteStep,
      isUnsigned: table.integer.bytesAreUnsigned)
  }

  /// - Parameter tile: rows are tokens, columns are rows of `w`.
  func multiplyBlocks(
    _ a: PreparedActivations, _ w: Matrix, _ tile: ProductTile, into to: ProductPlace, _ thread: Int
  ) {
    let stride = blockPacking(w.format).panelBytes(columns: w.columns)
    let panel = tile.columns.lowerBound / table.panelColumns
    let product = PanelProduct(
      panels: UnsafeRawPointer(w.data) + panel * stride, panelStride: stride,
      shape: (tile.columns.count, a.tokens, w.columns / ActivationForm.blockElements),
      activations: needsWords(w.format) ? a.words! : a.bytes!, part: tile.rows, tokenChunk: tokenChunk(w),
      y: to.data, yStride: to.stride,
      scratch: perThread.floats(table.integer.panelScratchFloats, thread: thread))
    switch w.format {
    case .q8_0: table.integer.multiplyQ8_0(product)
    case .q4_0: table.integer.multiplyQ4_0(product)
    case .q4_k: table.integer.multiplyQ4_K(product)
    default: table.integer.multiplyQ6_K(product)
    }
  }

  /// Tokens that half of a 1 MiB L2 holds the activations of.
  func tokenChunk(_ w: Matrix) -> Int {
    let chunk = 524_288 / (w.columns / ActivationForm.blockElements * blockBytes(w.format)) / 12 * 12
    return max(12, min(chunk, table.integer.largestTokenChunk))
  }

  func needsWords(_ format: TensorFormat) -> Bool { format == .q8_0 && table.integer.multipliesWords }

  private func blockBytes(_ format: TensorFormat) -> Int {
    needsWords(format) ? ActivationBlock.bytesWithWords : ActivationBlock.bytes
  }
}
