import KernelTypes

// Causal self-attention of whole sequences for training, forward and backward. Weights are computed anew on the way back
// rather than kept (Dao et al. 2022, arXiv 2205.14135, §3.1): they cost a seventh of the arithmetic, and keeping them a
// matrix of tokens × tokens for each head. Tiles above the diagonal are left out.

/// Query tokens whose weights are in the cache at a time.
@inline(__always) var queryBlock: Int { 16 * tileRows }

/// `count` in whole panels.
@inline(__always) func wholePanels(_ count: Int) -> Int {
  (count + tileColumns - 1) / tileColumns * tileColumns
}

/// Where things lie in the scratch memory, in floats from its start.
struct SequenceSpace {
  /// Tokens, and elements of a head, in whole panels.
  let tokens: Int, elements: Int
  /// Floats from row to row of the weights: no multiple of a page's lines, or columns would share few lines of L1.
  let stride: Int
  /// Panels of tokens ([panel][element][token]) and of elements ([panel][token][element]).
  let keys, values, keyColumns, queryColumns, outColumns, weights, gradients, count: Int

  @inline(__always) init(_ tokens: Int, _ headDim: Int) {
    self.tokens = wholePanels(tokens)
    elements = wholePanels(headDim)
    stride = (self.tokens + 31) / 32 * 32 + 16
    keys = 0
    values = keys + self.tokens * headDim
    keyColumns = values + max(self.tokens * headDim, tokens * elements)
    queryColumns = keyColumns + tokens * elements
    outColumns = queryColumns + tokens * elements
    weights = (outColumns + tokens * elements + 15) / 16 * 16
    gradients = weights + queryBlock * stride
    count = gradients + queryBlock * stride
  }
}

/// Floats that either direction works in.
public func sequenceScratch(tokens: Int, headDim: Int) -> Int { SequenceSpace(tokens, headDim).count }

/// A product of a block of queries from token `first` on, with what causality leaves of it.
struct CausalProduct {
  var part: CausalPart
  var a: UnsafePointer<Float>
  var rowStride: Int, depthStride: Int
  /// Panels, `panelStride` floats from one to the next.
  var b: UnsafePointer<Float>
  var panelStride: Int
  var c: UnsafeMutablePointer<Float>
  var cRowStride: Int
  var rows: Int, columns: Int, depth: Int, first: Int
  var scale: Float
  /// Add to C rather than replace it.
  var accumulate = false
}

/// Tile by tile.
@inline(never) func multiplyCausal(_ p: CausalProduct) {
  var column = 0
  while column < p.columns {
    let panel = p.b + column / tileColumns * p.panelStride
    var row = 0
    while row < p.rows {
      var start = 0, end = p.depth
      switch p.part {
      case .scores: if column >= p.first + row + tileRows { end = 0 }
      case .mix: end = min(end, p.first + row + tileRows)
      case .gather: start = max(0, row - p.first)
      }
      if start < end {
        let operands = TileOperands(
          a: p.a + (row * p.rowStride + start * p.depthStride), rowStride: p.rowStride,
          depthStride: p.depthStride, b: panel + start * tileColumns, bStride: tileColumns, depth: end - start
        )
        let target = TileTarget(
          c: p.c + (row * p.cRowStride + column), rowStride: p.cRowStride,
          columns: min(tileColumns, p.columns - column), accumulate: p.accumulate, scale: p.scale)
        computeTile(rows: p.rows - row, operands, target)
      }
      row += tileRows
    }
    column += tileColumns
  }
}

/// out = softmax(q · Kᵀ / √headDim) · V, token t seeing the tokens up to itself.
public func sequenceAttention(_ a: SequenceAttention) {
  let space = SequenceSpace(a.tokens, a.headDim)
  packTokens(a.k, a, into: a.scratch + space.keys)
  packElements(a.v, a.stride, a, into: a.scratch + space.values)
  for head in 0..<a.heads {
    var first = 0
    while first < a.tokens {
      let rows = min(queryBlock, a.tokens - first)
      weighQueries(a, space, head, first, rows)
      multiplyCausal(
        CausalProduct(
          part: .mix, a: a.scratch + space.weights, rowStride: space.stride, depthStride: 1,
          b: a.scratch + space.values, panelStride: a.tokens * tileColumns,
          c: a.out + (first * a.outStride + head * a.headDim), cRowStride: a.outStride, rows: rows,
          columns: a.headDim, depth: a.tokens, first: first, scale: 1))
      first += queryBlock
    }
  }
}

/// Replaces q, k and v by their gradients, given those of out.
public func sequenceAttentionBackward(_ a: SequenceAttention) {
  let space = SequenceSpace(a.tokens, a.headDim)
  packTokens(a.k, a, into: a.scratch + space.keys)
  packTokens(a.v, a, into: a.scratch + space.values)
  packElements(a.k, a.stride, a, into: a.scratch + space.keyColumns)
  clear(a.k, a)
  clear(a.v, a)
  for head in 0..<a.heads {
    let offset = head * a.headDim
    packElements(a.q + offset, a.stride, a, into: a.scratch + space.queryColumns)
    packElements(a.out + offset, a.outStride, a, into: a.scratch + space.outColumns)
    var first = 0
    while first < a.tokens {
      backward(a, space, head, first, min(queryBlock, a.tokens - first))
      first += queryBlock
    }
  }
}

/// One block of queries: with weights P, dV += Pᵀ · dO, dP = dO · Vᵀ, dS = P ⊙ (dP − Σ P ⊙ dP) / √headDim,
/// dK += dSᵀ · Q, dQ = dS · K.
@inline(never) func backward(
  _ a: SequenceAttention, _ space: SequenceSpace, _ head: Int, _ first: Int, _ rows: Int
) {
  let weights = a.scratch + space.weights, gradients = a.scratch + space.gradients
  weighQueries(a, space, head, first, rows)
  let panel = a.tokens * tileColumns, seen = first + rows
  var gather = CausalProduct(
    part: .gather, a: weights, rowStride: 1, depthStride: space.stride,
    b: a.scratch + (space.outColumns + first * tileColumns), panelStride: panel, c: a.v,
    cRowStride: a.stride, rows: seen, columns: a.headDim, depth: rows, first: first, scale: 1,
    accumulate: true)
  multiplyCausal(gather)
  multiplyCausal(
    CausalProduct(
      part: .scores, a: a.out + (first * a.outStride + head * a.headDim), rowStride: a.outStride,
      depthStride: 1, b: a.scratch + space.values, panelStride: a.headDim * tileColumns, c: gradients,
      cRowStride: space.stride, rows: rows, columns: wholePanels(seen), depth: a.headDim, first: first,
      scale: 1))
  scoreGradients(a, space, first, rows)
  gather.a = UnsafePointer(gradients)
  gather.b = UnsafePointer(a.scratch + (space.queryColumns + first * tileColumns))
  gather.c = a.k
  multiplyCausal(gather)
  multiplyCausal(
    CausalProduct(
      part: .mix, a: gradients, rowStride: space.stride, depthStride: 1, b: a.scratch + space.keyColumns,
      panelStride: panel, c: a.q + (first * a.stride + head * a.headDim), cRowStride: a.stride, rows: rows,
      columns: a.headDim, depth: a.tokens, first: first, scale: 1))
}

/// Weights of a block of queries; zero up to the end of the last panel that the block sees.
@inline(never) func weighQueries(
  _ a: SequenceAttention, _ space: SequenceSpace, _ head: Int, _ first: Int, _ rows: Int
) {
  let scores = a.scratch + space.weights, limit = wholePanels(first + rows)
  multiplyCausal(
    CausalProduct(
      part: .scores, a: a.q + (first * a.stride + head * a.headDim), rowStride: a.stride, depthStride: 1,
      b: a.scratch + space.keys, panelStride: a.headDim * tileColumns, c: scores, cRowStride: space.stride,
      rows: rows, columns: limit, depth: a.headDim, first: first, scale: 1 / Float(a.headDim).squareRoot()))
  for r in 0..<rows {
    let row = scores + r * space.stride, own = first + r + 1
    let whole = (own + laneCount - 1) / laneCount * laneCount
    for t in own..<whole { row[t] = -.infinity }
    var top = load(row), i = laneCount
    while i < whole {
      top = larger(top, load(row + i))
      i &+= laneCount
    }
    let sum = weights(row, top: horizontalMax(top), count: whole)
    scaled(row, by: 1 / sum, into: row, count: whole)
    for t in whole..<max(whole, limit) { row[t] = 0 }
  }
}

/// dP becomes dS, zero where the weights are.
@inline(never) func scoreGradients(
  _ a: SequenceAttention, _ space: SequenceSpace, _ first: Int, _ rows: Int
) {
  let limit = wholePanels(first + rows)
  let factor = splat(1 / Float(a.headDim).squareRoot())
  for r in 0..<rows {
    let weights = a.scratch + (space.weights + r * space.stride)
    let gradients = a.scratch + (space.gradients + r * space.stride)
    let whole = (first + r + laneCount) / laneCount * laneCount
    var sums = splat(0), i = 0
    while i < whole {
      sums = multiplyAdd(sums, load(weights + i), load(gradients + i))
      i &+= laneCount
    }
    let mean = splat(horizontalSum(sums))
    i = 0
    while i < whole {
      store(load(weights + i) * (load(gradients + i) - mean) * factor, gradients + i)
      i &+= laneCount
    }
    for t in whole..<max(whole, limit) { gradients[t] = 0 }
  }
}

/// A head's tokens in panels for products over its elements.
@inline(__always) func packTokens(
  _ x: UnsafePointer<Float>, _ a: SequenceAttention, into panels: UnsafeMutablePointer<Float>
) {
  packB(
    PackSource(x, rows: a.tokens, depth: a.headDim, rowStride: a.stride, depthStride: 1), into: panels)
}

/// A head's elements in panels for products over its tokens.
@inline(__always) func packElements(
  _ x: UnsafePointer<Float>, _ stride: Int, _ a: SequenceAttention, into panels: UnsafeMutablePointer<Float>
) {
  packB(
    PackSource(x, rows: a.headDim, depth: a.tokens, rowStride: 1, depthStride: stride), into: panels)
}

@inline(__always) func clear(_ x: UnsafeMutablePointer<Float>, _ a: SequenceAttention) {
  for t in 0..<a.tokens {
    for i in 0..<a.headDim { x[t &* a.stride &+ i] = 0 }
  }
}
