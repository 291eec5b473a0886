import KernelTypes
import Parallel

// Products of floats by instructions that multiply tiles of bfloat16: each factor is a sum of three, and six of the nine
// products make a float's. Henry, Tang and Heinecke, "Leveraging the bfloat16 artificial intelligence datatype for
// higher-precision computations" (ARITH 2019, arXiv:1904.06376). An infinite factor makes its results no numbers, and factors
// below 2⁻¹²⁶ count as zero.

extension SIMDKernelSet {
  /// Whether there is so much to multiply that splitting both factors pays.
  func splitsFactors(_ s: GEMMShape) -> Bool {
    matrix != nil && s.m >= 64 && s.n >= 64 && s.k >= 64
  }

  /// C (m × n) = A · B. All threads split A as a whole; then each of them takes ranges of columns, splits that part of B and
  /// multiplies it with all rows.
  func multiplySplit(
    _ left: PackSource, _ right: PackSource, into c: (data: UnsafeMutablePointer<Float>, accumulates: Bool)
  ) {
    let n = right.rows
    // As many rows at a time as fit into 24 MiB, so that they do not leave the last-level cache.
    let most = max(4_194_304 / left.depth / 32, 1) * 32
    for row in stride(from: 0, to: left.rows, by: most) {
      let part = left.part(rows: row..<min(row + most, left.rows), k: 0, depth: left.depth)
      let a = splitRows(part)
      let tiles = TaskGrid(splitting: self, rows: part.rows, columns: n)
      forEachTile(tiles, n: n, into: (c.data + row * n, c.accumulates)) { tile, place, thread in
        multiplyTiles(a, tile, into: place, thread, deepest: Self.deepest(.floats)) { k, depth, room in
          splitPanels(of: right, tile.columns, k, depth, room, thread)
        }
      }
    }
  }

  /// All of A in tiles of 16 rows.
  private func splitRows(_ source: PackSource) -> TileFactors {
    let steps = (source.depth + Self.stepElements - 1) / Self.stepElements
    let tiles = (source.rows + 15) / 16
    let factors = TileFactors(
      data: UnsafeRawPointer(splitTiles.floats(tiles * steps * 16 * 48)), parts: .floats, steps: steps)
    let data = UnsafeMutableRawPointer(mutating: factors.data)
    pool.forEach(count: tiles, chunk: share(tiles, unit: 1)) { range, thread in
      for tile in range {
        let rows = tile * 16..<min(tile * 16 + 16, source.rows)
        splitTile(source.part(rows: rows, k: 0, depth: source.depth), data + tile * factors.stride, thread)
      }
    }
    return factors
  }

  /// A tile of rows, all steps of k. Unless whole steps lie in memory already, they are brought there first.
  private func splitTile(_ source: PackSource, _ tile: UnsafeMutableRawPointer, _ thread: Int) {
    let step = Self.stepElements, steps = (source.depth + step - 1) / step
    if source.depthStride == 1 && source.depth % step == 0 {
      for row in 0..<source.rows {
        matrix!.split(source.data + row * source.rowStride, step, steps, tile + row * 64)
      }
      return
    }
    let panels = perThread.floats(steps * step * source.rows, thread: thread)
    table.packB(
      PackSource(
        source.data, rows: source.depth, depth: source.rows, rowStride: source.depthStride,
        depthStride: source.rowStride),
      panels)
    for row in 0..<source.rows {
      matrix!.split(panels + row * step, step * source.rows, steps, tile + row * 64)
    }
  }

  /// Some columns of B and steps of k.
  private func splitPanels(
    of right: PackSource, _ columns: Range<Int>, _ k: Int, _ depth: Int, _ room: UnsafeMutableRawPointer,
    _ thread: Int
  ) -> TilePanels {
    let width = table.panelColumns, step = Self.stepElements, stride = depth * 3 * Self.stepBytes
    let elements = min(depth * step, right.depth - k * step)
    for panel in 0..<panelCount(columns.count) {
      let first = columns.lowerBound + panel * width, rows = first..<min(first + width, columns.upperBound)
      let part = right.part(rows: rows, k: k * step, depth: elements), to = room + panel * stride
      var expansion = FloatExpansion(from: part.data, stride: part.depthStride, depth: elements, to: to)
      if part.rowStride != 1 || part.rows < width {
        let packed = perThreadProducts.floats(width * elements, thread: thread)
        table.packB(part, packed)
        (expansion.from, expansion.stride) = (UnsafePointer(packed), width)
      }
      matrix!.expandF32(expansion)
    }
    return TilePanels(data: UnsafeRawPointer(room), stride: stride)
  }
}

extension SIMDKernelSet.TaskGrid {
  /// Ranges of columns that threads share, each of which fetches all of A; or ranges of rows where there are so many more that
  /// to fetch B, and split it, for each of them is less.
  init(splitting set: SIMDKernelSet, rows: Int, columns: Int) {
    let width = set.table.panelColumns, panels = (columns + width - 1) / width, threads = set.pool.threads
    let byRows = rows >= 2 * columns || panels < threads
    let parts = byRows ? min(threads, (rows + 31) / 32) : 1
    self.init(
      rows: rows, columns: columns, rowStep: ((rows + parts - 1) / parts + 31) / 32 * 32,
      columnStep: width * set.tileShare(panels, among: threads / parts))
  }
}
