import CKernels
import KernelTypes

// GEMM on packed panels, after Goto and van de Geijn (ACM TOMS 34(3), 2008): a panel of B stays in L1 while
// the panels of A pass by from L2.

/// Computes one block of C.
public func gemm(_ g: GEMMBlock) { gemm(pairs: false, g) }

@inline(__always) func gemm(pairs: Bool, _ g: GEMMBlock) {
  var column = 0
  while column < g.n {
    let b = g.b + (column / tileColumns) * g.bPanelStride
    let columns = min(tileColumns, g.n - column)
    var row = 0
    while row < g.m {
      let operands = TileOperands(
        a: g.a + row * g.depth, rowStride: 1, depthStride: tileRows, b: b, bStride: tileColumns,
        depth: g.depth)
      let target = TileTarget(
        c: g.c + row * g.cRowStride + column, rowStride: g.cRowStride, columns: columns,
        accumulate: g.accumulate, scale: 1)
      let rows = g.m - row
      if rows >= tileRows {
        write(rows: tileRows, packedTile(pairs: pairs, operands, target), to: target)
      } else {
        runTile(rows: rows, pairs: pairs, operands, target)
      }
      row += tileRows
    }
    column += tileColumns
  }
}

/// y (rows × n) = x (rows × depth) · B for at most `panelRows` rows, x as it lies in memory: decode and
/// other small batches, where packing A would cost more than it saves.
///
/// - Parameters:
///   - xRowStride, yRowStride: floats from one row to the next.
///   - b: whole panels, each `depth · panelColumns` floats after the one before.
public func gemmSmall(
  rows: Int, x: UnsafePointer<Float>, xRowStride: Int, b: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>, yRowStride: Int, n: Int, depth: Int
) {
  gemmSmall(
    pairs: false, rows,
    TileOperands(
      a: x, rowStride: xRowStride, depthStride: 1, b: b, bStride: tileColumns, depth: depth),
    TileTarget(c: y, rowStride: yRowStride, columns: n, accumulate: false, scale: 1))
}

/// `whole` has all columns; a tile takes some of them.
@inline(__always) func gemmSmall(
  pairs: Bool, _ rows: Int, _ whole: TileOperands, _ result: TileTarget
) {
  var column = 0
  var operands = whole, target = result
  while column < result.columns {
    target.columns = min(tileColumns, result.columns &- column)
    if rows == 1 {
      write(rows: 1, vectorTile(pairs: pairs, operands), to: target)
    } else {
      runTile(rows: rows, pairs: pairs, operands, target)
    }
    operands.b += tileColumns &* operands.depth
    target.c += tileColumns
    column &+= tileColumns
  }
}

/// One row times one panel. Four steps of k at a time have accumulators of their own: two alone would wait
/// for the latency of the multiply-add.
@inline(__always) func vectorTile(pairs: Bool, _ t: TileOperands) -> Accumulators {
  var acc = Accumulators { _ in splat(0) }
  let x = t.a, depth = t.depth
  var b = t.b
  var k = 0
  while k &+ 4 <= depth {
    if pairs { prefetchAhead(of: b, bytes: 16 &* tileColumns) }
    for u in 0..<4 {
      let x = splat(x[k &+ u])
      let p = b + u &* tileColumns
      acc[unchecked: 2 &* u] = addProduct(pairs, acc[unchecked: 2 &* u], x, load(p))
      acc[unchecked: 2 &* u &+ 1] = addProduct(pairs, acc[unchecked: 2 &* u &+ 1], x, load(p + laneCount))
    }
    b += 4 &* tileColumns
    k &+= 4
  }
  while k < depth {
    acc[unchecked: 0] = addProduct(pairs, acc[unchecked: 0], splat(x[k]), load(b))
    acc[unchecked: 1] = addProduct(pairs, acc[unchecked: 1], splat(x[k]), load(b + laneCount))
    b += tileColumns
    k &+= 1
  }
  acc[unchecked: 0] += acc[unchecked: 2] + (acc[unchecked: 4] + acc[unchecked: 6])
  acc[unchecked: 1] += acc[unchecked: 3] + (acc[unchecked: 5] + acc[unchecked: 7])
  return acc
}
