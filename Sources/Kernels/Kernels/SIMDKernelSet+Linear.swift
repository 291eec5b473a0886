import KernelTypes
import Parallel
import QuantFormats

extension SIMDKernelSet {
  /// Weights are packed once, as panels over all of k: decode then reads one contiguous stream for each thread,
  /// and prefill packs activations only. Formats without kernels are widened to float32.
  public func prepare(_ source: WeightSource) -> Weights {
    switch source.format {
    case .f16, .bf16: prepareHalves(source)
    case let format where BlockLevels.formats.contains(format): prepareBlocks(source)
    default: prepareFloats(source)
    }
  }

  private func prepareFloats(_ source: WeightSource) -> Weights {
    let width = table.panelColumns, k = source.columns
    let weights = Weights(
      of: source, layout: weightLayout, byteCount: 4 * roundUp(source.rows, width) * k)
    let data = weights.floats
    forEachPanel(of: source) { [table, perThread] panel, rows, thread in
      let rowBuffer = perThread[thread].floats(width * k)
      for (r, row) in rows.enumerated() { source.decode(row: row, into: rowBuffer + r * k) }
      table.packB(
        PackSource(rowBuffer, rows: rows.count, depth: k, rowStride: k, depthStride: 1),
        data + panel * width * k)
    }
    return weights
  }

  /// Calls `body` with the rows of every panel of a weight matrix, on all threads.
  func forEachPanel(
    of source: WeightSource, _ body: (_ panel: Int, _ rows: Range<Int>, _ thread: Int) -> Void
  ) {
    let width = table.panelColumns
    pool.forEach(count: (source.rows + width - 1) / width, chunk: 8) { panels, thread in
      for panel in panels { body(panel, panel * width..<min((panel + 1) * width, source.rows), thread) }
    }
  }

  public func linear(tokens: Int, x: UnsafePointer<Float>, weights: Weights, y: UnsafeMutablePointer<Float>) {
    project(ProjectionInput(x, tokens: tokens), Projections(Projection(weights, into: y)))
  }
}
