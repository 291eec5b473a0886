import KernelTypes
import Parallel

// Products of many rows, as training has them, in which packing all of A beforehand costs more than it saves.

extension SIMDKernelSet {
  /// Whether A is multiplied where it lies: row by row, and with too few columns of C to make up for packing. Rows that are
  /// whole pages apart would drive each other out of L1. aarch64 takes factors from lanes, which only panels have side by
  /// side.
  func readsRows(_ s: GEMMShape) -> Bool {
    #if arch(x86_64)
      !s.transposeA && s.m >= 8 * table.panelRows && s.n <= 2048 && s.k % 1024 != 0
    #else
      false
    #endif
  }

  /// `multiply` with rows of A instead of panels.
  func multiplyRows(
    _ left: PackSource, _ right: PackSource, _ blocking: Blocking,
    into c: (data: UnsafeMutablePointer<Float>, accumulates: Bool)
  ) {
    let n = right.rows, tiles = TaskGrid(set: self, blocking, rows: left.rows, columns: n)
    pool.forEach(count: tiles.count, chunk: 1) { range, thread in
      for task in range {
        let tile = tiles[task]
        for k in stride(from: 0, to: left.depth, by: blocking.depth) {
          let depth = min(blocking.depth, left.depth - k)
          let b = packed(right.part(rows: tile.columns, k: k, depth: depth), thread)
          for first in stride(from: tile.rows.lowerBound, to: tile.rows.upperBound, by: blocking.rows) {
            let rows = min(blocking.rows, tile.rows.upperBound - first)
            let block = GEMMBlock(
              a: left.data + (first * left.rowStride + k), b: b.panels, bPanelStride: b.panelStride,
              c: c.data + (first * n + tile.columns.lowerBound), cRowStride: n,
              shape: (rows, tile.columns.count, depth), accumulate: k > 0 || c.accumulates)
            table.training.gemmRows(block, left.rowStride)
          }
        }
      }
    }
  }

  /// Whether A is packed a block at a time: where it is the transpose of many rows, all of it would leave L2 and come back.
  func packsByBlocks(_ s: GEMMShape) -> Bool { s.transposeA && s.k >= 1024 && s.n >= 4 * table.panelColumns }

  /// `multiply` with all of B packed beforehand, and blocks of A by the thread that multiplies them.
  func multiplyByBlocks(
    _ left: PackSource, _ right: PackSource, _ blocking: Blocking,
    into c: (data: UnsafeMutablePointer<Float>, accumulates: Bool)
  ) {
    let n = right.rows, width = roundUp(n, table.panelColumns), b = packB(right, blocking)
    let panels = (left.rows + table.panelRows - 1) / table.panelRows
    let step = min(blocking.rows, share(panels, unit: 1) * table.panelRows)
    pool.forEach(count: (left.rows + step - 1) / step, chunk: 1) { tasks, thread in
      for task in tasks {
        let rows = task * step..<min((task + 1) * step, left.rows)
        for k in stride(from: 0, to: left.depth, by: blocking.depth) {
          let depth = min(blocking.depth, left.depth - k)
          let a = perThread.floats(roundUp(rows.count, table.panelRows) * depth, thread: thread)
          table.packA(left.part(rows: rows, k: k, depth: depth), a)
          table.gemm(
            GEMMBlock(
              a: a, b: b + width * k, bPanelStride: depth * table.panelColumns,
              c: c.data + rows.lowerBound * n,
              cRowStride: n, shape: (rows.count, n, depth), accumulate: k > 0 || c.accumulates))
        }
      }
    }
  }

  /// All of B in panels; those of the range that starts at k begin at k · n, n in whole panels.
  private func packB(_ source: PackSource, _ blocking: Blocking) -> UnsafePointer<Float> {
    let panel = table.panelColumns, width = roundUp(source.rows, panel)
    let panels = packedB.floats(width * source.depth), step = panel * share(width / panel, unit: 1)
    let groups = (source.rows + step - 1) / step
    pool.forEach(count: groups * ((source.depth + blocking.depth - 1) / blocking.depth), chunk: 1) {
      tasks, _ in
      for task in tasks {
        let first = task % groups * step, k = task / groups * blocking.depth
        let depth = min(blocking.depth, source.depth - k)
        table.packB(
          source.part(rows: first..<min(first + step, source.rows), k: k, depth: depth),
          panels + (width * k + first * depth))
      }
    }
    return UnsafePointer(panels)
  }
}
