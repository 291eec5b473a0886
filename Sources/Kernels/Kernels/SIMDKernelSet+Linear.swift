import KernelTypes
import Parallel

extension SIMDKernelSet {
  /// Weights are packed once, as panels over all of k: decode then reads one contiguous stream for each thread,
  /// and prefill packs activations only.
  public func prepare(_ source: WeightSource) -> Weights {
    let width = table.panelColumns, k = source.columns
    let weights = Weights(
      of: source, layout: weightLayout, byteCount: 4 * roundUp(source.rows, width) * k)
    let data = weights.floats
    pool.forEach(count: (source.rows + width - 1) / width, chunk: 8) { [table, perThread] panels, thread in
      let rowBuffer = perThread[thread].floats(width * k)
      for panel in panels {
        let rows = min(width, source.rows - panel * width)
        for r in 0..<rows { source.decode(row: panel * width + r, into: rowBuffer + r * k) }
        table.packB(
          PackSource(rowBuffer, rows: rows, depth: k, rowStride: k, depthStride: 1), data + panel * width * k)
      }
    }
    return weights
  }

  public func linear(tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafeMutablePointer<Float>)
  {
    precondition(w.layout == weightLayout, "weights prepared as \(w.layout) used by \(name)")
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
    let width = table.panelColumns
    let panels = (w.rows + width - 1) / width
    pool.forEach(count: panels, chunk: share(panels, unit: 1)) { [table] range, _ in
      let first = range.lowerBound * width
      table.gemmSmall(
        tokens, x, w.columns, w.floats + first * w.columns, y + first, w.rows,
        min(range.count * width, w.rows - first), w.columns)
    }
  }
}
