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

  public func linear(tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafeMutablePointer<Float>)
  {
    requireLinear(tokens: tokens, x: x, weights: w, y: y)
    switch w.format {
    case .f16, .bf16: linearHalves(tokens: tokens, x: x, weights: w, y: y)
    case .f32: linearFloats(tokens: tokens, x: x, weights: w, y: y)
    default: linearBlocks(tokens: tokens, x: x, weights: w, y: y)
    }
  }

  private func linearFloats(
    tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafeMutablePointer<Float>
  ) {
    guard tokens > table.panelRows else { return linearSmall(tokens: tokens, x: x, weights: w, y: y) }
    let left = PackSource(x, rows: tokens, depth: w.columns, rowStride: w.columns, depthStride: 1)
    multiply(left, n: w.rows, Blocking(table, k: w.columns), into: y) { [table] columns, k, _, _ in
      let panel = w.columns * table.panelColumns
      return PackedB(
        panels: w.floats + columns.lowerBound * w.columns + k * table.panelColumns, panelStride: panel)
    }
  }

  private func linearSmall(
    tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafeMutablePointer<Float>
  ) {
    forPanels(of: w) { [table] first, rows, _ in
      table.gemmSmall(
        tokens, x, w.columns, w.floats + first * w.columns, y + first, w.rows, rows, w.columns)
    }
  }

  /// Calls `body` with ranges of rows that are whole panels (but for the last), on all threads.
  func forPanels(of w: Weights, _ body: (_ first: Int, _ rows: Int, _ thread: Int) -> Void) {
    let width = table.panelColumns
    let panels = (w.rows + width - 1) / width
    pool.forEach(count: panels, chunk: share(panels, unit: 1)) { range, thread in
      let first = range.lowerBound * width
      body(first, min(range.count * width, w.rows - first), thread)
    }
  }
}
