import KernelTypes

/// out = softmax(q · Kᵀ / √headDim) · V, in two passes: all scores of the rows fit into L2.
public func attention(_ a: AttentionRows) {
  scoreKeys(a)
  for r in 0..<a.rows {
    let row = a.scores + r &* a.scoreStride
    let seen = a.visible + r &* a.visibleStep
    let inverse = 1 / exponentials(row, seen)
    for t in 0..<seen { row[t] *= inverse }
    for t in seen..<a.tokens { row[t] = 0 }
  }
  mixValues(a)
}

/// scores(r, t) = q(r) · K(t) / √headDim, a tile of keys at a time.
@inline(__always) func scoreKeys(_ a: AttentionRows) {
  let scale = 1 / Float(a.headDim).squareRoot()
  var token = 0
  while token < a.tokens {
    let tileStart = token / a.keyTile * a.keyTile
    let b = a.keys + tileStart * a.headDim + (token - tileStart)
    let operands = TileOperands(
      a: a.q, rowStride: a.qStride, depthStride: 1, b: b, bStride: a.keyTile, depth: a.headDim)
    let target = TileTarget(
      c: a.scores + token, rowStride: a.scoreStride, columns: tileColumns, accumulate: false, scale: scale)
    runTile(rows: a.rows, operands, target)
    token += tileColumns
  }
}

/// out(r) = Σₜ p(r, t) · V(t), a panel of columns at a time.
@inline(__always) func mixValues(_ a: AttentionRows) {
  var column = 0
  while column < a.headDim {
    let operands = TileOperands(
      a: a.scores, rowStride: a.scoreStride, depthStride: 1, b: a.values + column, bStride: a.headDim,
      depth: a.tokens)
    let target = TileTarget(
      c: a.out + column, rowStride: a.outStride, columns: min(tileColumns, a.headDim - column),
      accumulate: false, scale: 1)
    runTile(rows: a.rows, operands, target)
    column += tileColumns
  }
}
