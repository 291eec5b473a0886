import KernelTypes

// Products whose A lies row by row, as activations do. Where a register is broadcast from memory, the rows of a tile are as
// good as a packed panel, and packing costs a twelfth of a product with 256 columns.

/// Computes one block of C; A(r, k) is at `g.a[r · aRowStride + k]`.
public func gemmRows(_ g: GEMMBlock, aRowStride: Int) {
  var column = 0
  while column < g.n {
    let b = g.b + (column / tileColumns) * g.bPanelStride
    let columns = min(tileColumns, g.n - column)
    var row = 0
    while row < g.m {
      let operands = TileOperands(
        a: g.a + row * aRowStride, rowStride: aRowStride, depthStride: 1, b: b, bStride: tileColumns,
        depth: g.depth)
      let target = TileTarget(
        c: g.c + (row * g.cRowStride + column), rowStride: g.cRowStride, columns: columns,
        accumulate: g.accumulate, scale: 1)
      computeTile(rows: g.m - row, operands, target)
      row += tileRows
    }
    column += tileColumns
  }
}

/// A tile of C of at most `rows` rows.
@inline(__always) func computeTile(rows: Int, _ operands: TileOperands, _ target: TileTarget) {
  guard rows >= tileRows, target.columns == tileColumns else {
    return edgeTile(min(rows, tileRows), operands, target)
  }
  writeWhole(rows: tileRows, tile(pairs: false, operands, for: target.c, target.rowStride), to: target)
}

/// A tile at the edge of C, out of line.
@inline(never) func edgeTile(_ rows: Int, _ operands: TileOperands, _ target: TileTarget) {
  gemmSmall(pairs: false, rows, operands, target)
}
