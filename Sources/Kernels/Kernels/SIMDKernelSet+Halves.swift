import KernelTypes
import Parallel
import QuantFormats
import ReferenceKernels

/// Weights in F16 and BF16: panels as those of float32, [k][row], in 16 bits; BF16 as [k / 2][row][2], with zeros behind
/// an odd k, where an instruction multiplies such pairs.
extension SIMDKernelSet {
  func packHalves(_ source: WeightSource, rows: Range<Int>, into panel: UnsafeMutableRawPointer) {
    let step = source.format == .bf16 && table.brain.multipliesPairs ? 2 : 1
    let width = table.panelColumns, count = width * roundUp(source.columns, step)
    let to = panel.bindMemory(to: UInt16.self, capacity: count)
    to.initialize(repeating: 0, count: count)
    for (r, row) in rows.enumerated() {
      let from = source.row(row)
      for i in 0..<source.columns {
        to[(i / step * width + r) * step + i % step] = from.loadUnaligned(
          fromByteOffset: 2 * i, as: UInt16.self)
      }
    }
  }

  /// A block of weights, widened into L2, in which it is multiplied with many tokens.
  func widenedPanels(of w: Matrix, _ columns: Range<Int>, _ k: Int, _ depth: Int, _ thread: Int) -> PackedB {
    let width = table.panelColumns, panelBytes = 2 * w.columns * width
    let widen = w.format == .f16 ? table.widenF16 : table.widenBF16
    let panels = (columns.count + width - 1) / width
    let floats = perThread.floats(panels * depth * width, thread: thread)
    for panel in 0..<panels {
      let from = w.data + (columns.lowerBound / width + panel) * panelBytes + 2 * k * width
      widen(from, depth * width, floats + panel * depth * width)
    }
    return PackedB(panels: floats, panelStride: depth * width)
  }

  /// Few tokens: widened in registers.
  func multiplyFewHalves(
    _ x: UnsafePointer<Float>, _ w: Matrix, _ tile: ProductTile, into to: ProductPlace
  ) {
    let multiply = w.format == .f16 ? table.multiplyF16 : table.multiplyBF16
    multiply(
      HalfProduct(
        x: x, xStride: w.columns, shape: (tile.rows.count, tile.columns.count, w.columns),
        panels: UnsafeRawPointer(w.data) + 2 * tile.columns.lowerBound * w.columns, y: to.data,
        yStride: to.stride))
  }

  /// Pairs of bfloat16: as floats of the same bits, half as deep.
  func multiplyPairs(_ a: PreparedActivations, _ w: Matrix, _ tile: ProductTile, into y: ProductPlace) {
    let depth = pairs(w.columns), width = table.panelColumns
    let panels = w.floats + tile.columns.lowerBound * depth
    guard let left = a.pairPanels else {
      return table.brain.gemmSmall(
        tile.rows.count, a.pairs! + tile.rows.lowerBound * depth, depth, panels, y.data, y.stride,
        tile.columns.count, depth)
    }
    multiply(left, tile, Blocking(table, k: depth, pairs: true), into: y) { k, _ in
      PackedB(panels: panels + k * width, panelStride: depth * width)
    }
  }
}
