import KernelTypes
import Parallel
import QuantFormats

/// Weights in F16 and BF16: panels as those of float32, [k][row], in 16 bits; BF16 as [k / 2][row][2], with zeros behind
/// an odd k, where an instruction multiplies such pairs.
extension SIMDKernelSet {
  func prepareHalves(_ source: WeightSource) -> Weights {
    let pairs = source.format == .bf16 && table.multipliesBrainPairs, step = pairs ? 2 : 1
    let width = table.panelColumns, k = roundUp(source.columns, step)
    let weights = Weights(
      of: source, layout: weightLayout, format: source.format, activations: pairs ? .bf16 : .f32,
      byteCount: 2 * roundUp(source.rows, width) * k)
    let data = weights.data.bindMemory(to: UInt16.self, capacity: weights.byteCount / 2)
    forEachPanel(of: source) { panel, rows, _ in
      let to = data + panel * width * k
      to.initialize(repeating: 0, count: width * k)
      for (r, row) in rows.enumerated() {
        let from = source.row(row)
        for i in 0..<source.columns {
          to[(i / step * width + r) * step + i % step] = from.loadUnaligned(
            fromByteOffset: 2 * i, as: UInt16.self)
        }
      }
    }
    return weights
  }

  /// Few tokens: widened in registers. Many: each block is widened once, into L2, and then multiplied as floats.
  func linearHalves(tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafeMutablePointer<Float>)
  {
    guard tokens > min(table.panelRows, 8) else {
      return linearSmallHalves(tokens: tokens, x: x, weights: w, y: y)
    }
    let width = table.panelColumns, panelBytes = 2 * w.columns * width
    let widen = w.format == .f16 ? table.widenF16 : table.widenBF16
    let left = PackSource(x, rows: tokens, depth: w.columns, rowStride: w.columns, depthStride: 1)
    multiply(left, n: w.rows, Blocking(table, k: w.columns), into: y) {
      [perThread] columns, k, depth, thread in
      let panels = (columns.count + width - 1) / width
      let floats = perThread[thread].floats(panels * depth * width)
      for panel in 0..<panels {
        let from = w.data + (columns.lowerBound / width + panel) * panelBytes + 2 * k * width
        widen(from, depth * width, floats + panel * depth * width)
      }
      return PackedB(panels: floats, panelStride: depth * width)
    }
  }

  private func linearSmallHalves(
    tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafeMutablePointer<Float>
  ) {
    let multiply = w.format == .f16 ? table.multiplyF16 : table.multiplyBF16
    forPanels(of: w) { first, rows, _ in
      multiply(
        HalfProduct(
          x: x, xStride: w.columns, shape: (tokens, rows, w.columns),
          panels: UnsafeRawPointer(w.data) + 2 * first * w.columns, y: y + first, yStride: w.rows))
    }
  }

  /// Activations as pairs of bfloat16, `depth` for each token, valid until the next call.
  func roundedPairs(tokens: Int, x: UnsafePointer<Float>, columns: Int, depth: Int) -> UnsafePointer<Float> {
    let pairs = rounded.floats(tokens * depth)
    pool.forEach(count: tokens, chunk: max(share(tokens, unit: 1), 16_384 / columns)) { [table] range, _ in
      for t in range { table.roundToBrain(x + t * columns, columns, pairs + t * depth) }
    }
    return UnsafePointer(pairs)
  }
}
