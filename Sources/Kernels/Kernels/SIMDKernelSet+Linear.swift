import KernelTypes
import Parallel

extension SIMDKernelSet {
  /// Weights are packed once, as panels over all of k: decode then reads one contiguous stream for each thread,
  /// and prefill packs activations only.
  public func prepare(_ source: WeightSource) -> Weights {
    let width = table.panelColumns, k = source.columns
    let weights = Weights(
      rows: source.rows, columns: k, layout: weightLayout, floats: roundUp(source.rows, width) * k)
    let data = weights.data
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
    let shape = GEMMShape(m: tokens, n: w.rows, k: w.columns, transposeB: true)
    let blocking = Blocking(table, k: w.columns)
    for k in stride(from: 0, to: w.columns, by: blocking.depth) {
      let right = PackedB(
        panels: w.data + k * table.panelColumns, panelStride: w.columns * table.panelColumns, n: w.rows, k: k,
        depth: min(blocking.depth, w.columns - k))
      multiply(shape, blocking, a: x, right, c: y)
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
        tokens, x, w.columns, w.data + first * w.columns, y + first, w.rows,
        min(range.count * width, w.rows - first), w.columns)
    }
  }
}
