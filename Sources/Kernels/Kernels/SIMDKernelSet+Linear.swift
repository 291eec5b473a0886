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
    case .bf16 where w.activations == .bf16: linearPairs(tokens: tokens, x: x, weights: w, y: y)
    case .f16, .bf16: linearHalves(tokens: tokens, x: x, weights: w, y: y)
    case .f32: linearFloats(tokens: tokens, x: x, depth: w.columns, weights: w, y: y)
    default: linearBlocks(tokens: tokens, x: x, weights: w, y: y)
    }
  }

  private func linearPairs(
    tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafeMutablePointer<Float>
  ) {
    let depth = (w.columns + 1) / 2
    let pairs = roundedPairs(tokens: tokens, x: x, columns: w.columns, depth: depth)
    linearFloats(tokens: tokens, x: pairs, depth: depth, weights: w, y: y)
  }

  /// - Parameter depth: floats of a row along k, or pairs of bfloat16.
  private func linearFloats(
    tokens: Int, x: UnsafePointer<Float>, depth: Int, weights w: Weights, y: UnsafeMutablePointer<Float>
  ) {
    let pairs = w.format == .bf16, width = table.panelColumns
    if tokens <= table.panelRows {
      let multiply = pairs ? table.gemmSmallBrain : table.gemmSmall
      return forPanels(of: w) { first, rows, _ in
        multiply(tokens, x, depth, w.floats + first * depth, y + first, w.rows, rows, depth)
      }
    }
    let left = PackSource(x, rows: tokens, depth: depth, rowStride: depth, depthStride: 1)
    multiply(left, n: w.rows, Blocking(table, k: depth, pairs: pairs), into: y) { columns, k, _, _ in
      PackedB(panels: w.floats + columns.lowerBound * depth + k * width, panelStride: depth * width)
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
