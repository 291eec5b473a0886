import KernelTypes
import Parallel

/// Block sizes after Goto and van de Geijn (ACM TOMS 34(3), 2008).
struct Blocking {
  /// Rows of A at a time: rows × depth take a quarter of a 1 MiB L2.
  let rows: Int
  /// Columns of C at a time: columns × depth of packed B, 1 MiB, pass through L2 a panel at a time.
  let columns: Int
  /// Steps of k at a time: a panel of B takes 20 KiB of a 32 KiB L1 and stays there while panels of A pass by. With
  /// AVX-512 it takes 96 KiB of L2, which keeps up with a tile of 12 rows, and C is passed over less often.
  let depth: Int
  /// What multiplies a block.
  let gemm: @Sendable (GEMMBlock) -> Void

  /// - Parameter pairs: elements are pairs of bfloat16, as large as a float.
  init(_ table: SIMDTable, k: Int, pairs: Bool = false) {
    gemm = pairs ? table.brain.gemm : table.gemm
    let deepest = (table.panelColumns == 32 ? 24_576 : 5120) / table.panelColumns
    // Equal parts, so that the last one is not a short rest.
    let parts = (k + deepest - 1) / deepest
    depth = (k + parts - 1) / parts
    rows = max(65_536 / depth / table.panelRows, 1) * table.panelRows
    columns = max(262_144 / depth / table.panelColumns, 1) * table.panelColumns
  }
}

extension SIMDKernelSet {
  public func gemm(
    _ s: GEMMShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
  ) {
    requireGEMM(s, a: a, b: b, c: c)
    let blocking = Blocking(table, k: s.k)
    let left = PackSource(
      a, rows: s.m, depth: s.k, rowStride: s.transposeA ? 1 : s.k, depthStride: s.transposeA ? s.m : 1)
    let right = PackSource(
      b, rows: s.n, depth: s.k, rowStride: s.transposeB ? s.k : 1, depthStride: s.transposeB ? 1 : s.n)
    if splitsFactors(s) { return multiplySplit(left, right, into: (c, s.accumulates)) }
    if readsRows(s) { return multiplyRows(left, right, blocking, into: (c, s.accumulates)) }
    if packsByBlocks(s) { return multiplyByBlocks(left, right, blocking, into: (c, s.accumulates)) }
    multiply(left, n: s.n, blocking, into: (c, s.accumulates)) { [self] columns, k, depth, thread in
      packed(right.part(rows: columns, k: k, depth: depth), thread)
    }
  }

  /// A part of B in the thread's own panels.
  func packed(_ part: PackSource, _ thread: Int) -> PackedB {
    let panels = perThread.floats(roundUp(part.rows, table.panelColumns) * part.depth, thread: thread)
    table.packB(part, panels)
    return PackedB(panels: panels, panelStride: part.depth * table.panelColumns)
  }

  /// A range of columns and k of a packed B.
  struct PackedB {
    var panels: UnsafePointer<Float>
    /// Floats from one panel to the next.
    var panelStride: Int
  }

  /// All of A in panels; those of the range that starts at k begin at k · `rows`.
  struct PackedA {
    var panels: UnsafePointer<Float>
    /// Whole panels of them.
    var rows: Int
    var depth: Int
  }

  /// C (m × n) = A · B. A is packed as a whole, by all threads; then every thread takes ranges of columns and needs to
  /// wait for no other until the end.
  ///
  /// - Parameter right: packed B for a range of columns (whole panels but for the last) and of k.
  func multiply(
    _ left: PackSource, n: Int, _ blocking: Blocking,
    into c: (data: UnsafeMutablePointer<Float>, accumulates: Bool),
    right: (_ columns: Range<Int>, _ k: Int, _ depth: Int, _ thread: Int) -> PackedB
  ) {
    // As many rows at a time as fit into 16 MiB, so that packed A does not leave the last-level cache.
    let most = max(4_194_304 / left.depth / table.panelRows, 1) * table.panelRows
    for row in stride(from: 0, to: left.rows, by: most) {
      let part = left.part(rows: row..<min(row + most, left.rows), k: 0, depth: left.depth)
      let panels = packA(part, blocking, in: packedA)
      let tiles = TaskGrid(set: self, blocking, rows: part.rows, columns: n)
      forEachTile(tiles, n: n, into: (c.data + row * n, c.accumulates)) { tile, place, thread in
        multiply(panels, tile, blocking, into: place) { k, depth in right(tile.columns, k, depth, thread) }
      }
    }
  }

  /// Every task with its tile of C, whose rows of n begin at `c`, and the place of that tile.
  func forEachTile(
    _ tiles: TaskGrid, n: Int, into c: (data: UnsafeMutablePointer<Float>, accumulates: Bool),
    _ body: (_ tile: ProductTile, _ place: ProductPlace, _ thread: Int) -> Void
  ) {
    pool.forEach(count: tiles.count, chunk: 1) { range, thread in
      for task in range {
        let tile = tiles[task], first = tile.rows.lowerBound * n + tile.columns.lowerBound
        body(tile, ProductPlace(data: c.data + first, stride: n, accumulates: c.accumulates), thread)
      }
    }
  }

  /// One task: a tile of C over all of k.
  func multiply(
    _ left: PackedA, _ tile: ProductTile, _ blocking: Blocking, into c: ProductPlace,
    right: (_ k: Int, _ depth: Int) -> PackedB
  ) {
    for k in stride(from: 0, to: left.depth, by: blocking.depth) {
      let depth = min(blocking.depth, left.depth - k)
      let b = right(k, depth)
      let a = left.panels + left.rows * k
      multiplyBlocks(tile.rows, blocking) { rows in
        GEMMBlock(
          a: a + rows.lowerBound * depth, b: b.panels, bPanelStride: b.panelStride,
          c: c.data + (rows.lowerBound - tile.rows.lowerBound) * c.stride, cRowStride: c.stride,
          shape: (rows.count, tile.columns.count, depth), accumulate: k > 0 || c.accumulates)
      }
    }
  }

  /// C divided into tasks: ranges of columns that fit the blocking, and ranges of rows where columns alone would leave
  /// threads without work.
  struct TaskGrid {
    private let rows: Int, columns: Int
    private let rowStep: Int, columnStep: Int

    init(rows: Int, columns: Int, rowStep: Int, columnStep: Int) {
      (self.rows, self.columns, self.rowStep, self.columnStep) = (rows, columns, rowStep, columnStep)
    }

    /// - Parameter panels: how many panels of columns all matrices have that are divided together.
    init(set: SIMDKernelSet, _ blocking: Blocking, rows: Int, columns: Int, panels: Int? = nil) {
      (self.rows, self.columns) = (rows, columns)
      let width = set.table.panelColumns, height = set.table.panelRows
      let panels = panels ?? (columns + width - 1) / width
      columnStep = width * min(set.share(panels, unit: 1), blocking.columns / width)
      let wanted = set.pool.threads == 1 ? 1 : max(1, (2 * set.pool.threads + panels - 1) / panels)
      // At least four tiles high, because each task packs its part of B.
      let highest = max((rows + 4 * height - 1) / (4 * height), 1)
      let parts = min(wanted, highest)
      rowStep = ((rows + parts - 1) / parts + height - 1) / height * height
    }

    /// Columns alone.
    init(set: SIMDKernelSet, rows: Int, columns: Int, panels: Int) {
      (self.rows, self.columns) = (rows, columns)
      (rowStep, columnStep) = (max(rows, 1), set.table.panelColumns * set.share(panels, unit: 1))
    }

    private var rowParts: Int { (rows + rowStep - 1) / rowStep }
    var count: Int { rowParts * ((columns + columnStep - 1) / columnStep) }

    subscript(task: Int) -> ProductTile {
      let row = task % rowParts * rowStep, column = task / rowParts * columnStep
      return (row..<min(row + rowStep, rows), column..<min(column + columnStep, columns))
    }
  }

  private func multiplyBlocks(_ rows: Range<Int>, _ blocking: Blocking, _ block: (Range<Int>) -> GEMMBlock) {
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: blocking.rows) {
      blocking.gemm(block(first..<min(first + blocking.rows, rows.upperBound)))
    }
  }

  /// Packs A: for each range of k its panels, all rows of them.
  func packA(_ source: PackSource, _ blocking: Blocking, in scratch: Scratch) -> PackedA {
    let height = table.panelRows
    let count = (source.rows + height - 1) / height
    let panels = scratch.floats(count * height * source.depth)
    let kBlocks = (source.depth + blocking.depth - 1) / blocking.depth
    let groups = max(1, min(count, 4 * pool.threads / kBlocks)), group = (count + groups - 1) / groups
    pool.forEach(count: kBlocks * groups, chunk: 1) { range, _ in
      for task in range {
        let k = task / groups * blocking.depth, depth = min(blocking.depth, source.depth - k)
        let first = task % groups * group * height
        guard first < source.rows else { continue }
        let rows = first..<min(first + group * height, source.rows)
        table.packA(source.part(rows: rows, k: k, depth: depth), panels + count * height * k + first * depth)
      }
    }
    return PackedA(panels: panels, rows: count * height, depth: source.depth)
  }

  func roundUp(_ count: Int, _ unit: Int) -> Int { (count + unit - 1) / unit * unit }
}
