import KernelTypes
import Parallel

/// Block sizes after Goto and van de Geijn (ACM TOMS 34(3), 2008), in floats.
///
/// A panel of B (depth × columns of the tile) takes half of a 32 KiB L1 and stays there while the panels of A pass
/// by; a block of A (rows × depth) takes half of a 1 MiB L2; a block of B half of a small L3.
struct Blocking {
  let rows: Int, columns: Int, depth: Int

  init(_ table: SIMDTable, k: Int) {
    let deepest = 6144 / table.panelColumns
    // Equal parts, so that the last one is not a short rest.
    depth = (k + (k + deepest - 1) / deepest - 1) / ((k + deepest - 1) / deepest)
    rows = 131_072 / depth / table.panelRows * table.panelRows
    columns = 1_048_576 / depth / table.panelColumns * table.panelColumns
  }
}

extension SIMDKernelSet {
  public func gemm(
    _ s: GEMMShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
  ) {
    let blocking = Blocking(table, k: s.k)
    for column in stride(from: 0, to: s.n, by: blocking.columns) {
      let n = min(blocking.columns, s.n - column)
      for k in stride(from: 0, to: s.k, by: blocking.depth) {
        let depth = min(blocking.depth, s.k - k)
        let b = b + (s.transposeB ? column * s.k + k : k * s.n + column)
        let source = PackSource(
          b, rows: n, depth: depth, rowStride: s.transposeB ? s.k : 1, depthStride: s.transposeB ? 1 : s.n)
        let panels = packedB.floats(roundUp(n, table.panelColumns) * depth)
        packB(source, into: panels)
        let right = PackedB(panels: panels, panelStride: depth * table.panelColumns, n: n, k: k, depth: depth)
        multiply(s, blocking, a: a, right, c: c + column)
      }
    }
  }

  /// A range of k of a packed B.
  struct PackedB {
    var panels: UnsafePointer<Float>
    /// Floats from one panel to the next.
    var panelStride: Int
    var n: Int
    /// Where the range starts, and how long it is.
    var k: Int, depth: Int
  }

  /// C (+)= op(A) · B for one range of k, block of rows by block of rows.
  func multiply(
    _ s: GEMMShape, _ blocking: Blocking, a: UnsafePointer<Float>, _ b: PackedB,
    c: UnsafeMutablePointer<Float>
  ) {
    for row in stride(from: 0, to: s.m, by: blocking.rows) {
      let m = min(blocking.rows, s.m - row)
      let start = a + (s.transposeA ? b.k * s.m + row : row * s.k + b.k)
      let source = PackSource(
        start, rows: m, depth: b.depth, rowStride: s.transposeA ? 1 : s.k, depthStride: s.transposeA ? s.m : 1
      )
      let panels = packedA.floats(roundUp(m, table.panelRows) * b.depth)
      packA(source, into: panels)
      let width = table.panelColumns
      pool.forEach(count: (b.n + width - 1) / width, chunk: share((b.n + width - 1) / width, unit: 1)) {
        [table] range, _ in
        let first = range.lowerBound * width
        table.gemm(
          GEMMBlock(
            a: panels, b: b.panels + range.lowerBound * b.panelStride, bPanelStride: b.panelStride,
            c: c + row * s.n + first, cRowStride: s.n,
            shape: (m, min(range.count * width, b.n - first), b.depth), accumulate: b.k > 0))
      }
    }
  }

  /// Packs B with all threads, a few panels each.
  func packB(_ source: PackSource, into panels: UnsafeMutablePointer<Float>) {
    let pack = table.packB
    packPanels(source, width: table.panelColumns, into: panels) { pack($0, $1) }
  }

  func packA(_ source: PackSource, into panels: UnsafeMutablePointer<Float>) {
    let pack = table.packA
    packPanels(source, width: table.panelRows, into: panels) { pack($0, $1) }
  }

  private func packPanels(
    _ source: PackSource, width: Int, into panels: UnsafeMutablePointer<Float>,
    _ pack: (PackSource, UnsafeMutablePointer<Float>) -> Void
  ) {
    let count = (source.rows + width - 1) / width
    pool.forEach(count: count, chunk: share(count, unit: 1)) { range, _ in
      var part = source
      part.data += range.lowerBound * width * source.rowStride
      part.rows = min(range.count * width, source.rows - range.lowerBound * width)
      pack(part, panels + range.lowerBound * width * source.depth)
    }
  }

  func roundUp(_ count: Int, _ unit: Int) -> Int { (count + unit - 1) / unit * unit }
}
