import KernelTypes

// Attention in blocks of cached tokens with the softmax kept up to date on the way (Milakov and Gimelshein 2018, arXiv
// 1805.02867): a block of keys or values meets all rows before the next one is read, and scores never leave the cache.

/// Cached tokens of a block. More of them cost less per token, but floats of their keys and values must stay in L2.
@inline(__always) var blockTokens: Int { 256 }
/// Tokens in a tile of cached keys.
@inline(__always) var keyTile: Int { 32 }

/// Floats that `attention` works in.
public func attentionScratch(rows: Int, headDim: Int) -> Int { AttentionSpace(rows, headDim).count }

/// out = softmax(q · Kᵀ / √headDim) · V, or what one range of cached tokens contributes to it.
public func attention(_ a: AttentionRows) {
  var space = AttentionSpace(a.rows, a.cache.headDim)
  begin(a, space)
  let end = min(a.end, a.visible + a.tokens - 1)
  space.start = a.start
  while space.start < end {
    space.tokens = min(blockTokens, end - space.start)
    scoreKeys(a, space)
    weighTokens(a, space)
    mixValues(a, space)
    space.start += blockTokens
  }
  finish(a, space)
}

/// Where things lie in the scratch memory, in floats from its start, and the block of cached tokens at hand: one struct,
/// because the compiler would clone functions that take a small one, and clones are weak symbols.
struct AttentionSpace {
  /// Floats from row to row of `out`: whole tiles.
  let width: Int
  let q, scores, weighted, out, tops, sums, keys, values, count: Int
  /// The block.
  var start = 0, tokens = 0

  @inline(__always) init(_ rows: Int, _ headDim: Int) {
    width = (headDim + tileColumns - 1) / tileColumns * tileColumns
    q = 0
    scores = q + (rows * headDim + 15) / 16 * 16
    weighted = scores + rows * blockTokens
    out = weighted + rows * blockTokens
    tops = out + (rows * width + 15) / 16 * 16
    sums = tops + (rows + 15) / 16 * 16
    keys = sums + (rows + 15) / 16 * 16
    values = keys + blockTokens * headDim
    count = values + blockTokens * headDim + tileColumns
  }

  /// How many of the block's tokens row `r` sees; may be below zero.
  @inline(__always) func seen(_ a: AttentionRows, row r: Int) -> Int {
    min(tokens, a.visible + r / a.heads - start)
  }

  /// How many the rows from `first` on see that share a register tile: as many as the last of them.
  @inline(__always) func seen(_ a: AttentionRows, tile first: Int) -> Int {
    seen(a, row: min(first + tileRows, a.rows) - 1)
  }
}

/// Whether to make floats of a whole block first: for few rows the tile's loop does it on the way.
@inline(__always) func widensBlocks(_ a: AttentionRows) -> Bool { !widensInLoops || a.rows > 2 * tileRows }

/// Copies the queries, scaled by 1 / √headDim, and clears the sums.
@inline(never) func begin(_ a: AttentionRows, _ space: AttentionSpace) {
  let d = a.cache.headDim
  let scale = 1 / Float(d).squareRoot()
  for r in 0..<a.rows {
    let from = a.q + (r / a.heads * a.tokenStride + r % a.heads * d)
    scaled(from, by: scale, into: a.scratch + space.q + r * d, count: d)
    a.scratch[space.tops + r] = -.infinity
    a.scratch[space.sums + r] = 0
  }
  for i in 0..<a.rows * space.width { a.scratch[space.out + i] = 0 }
}

/// Divides the sums by their normalisers, or leaves both for `mergeAttention`.
@inline(never) func finish(_ a: AttentionRows, _ space: AttentionSpace) {
  let d = a.cache.headDim
  for r in 0..<a.rows {
    let sums = a.scratch + space.out + r * space.width
    if let partial = a.partial {
      scaled(sums, by: 1, into: partial + r * d, count: d)
      partial[a.rows * d + r] = a.scratch[space.tops + r]
      partial[a.rows * (d + 1) + r] = a.scratch[space.sums + r]
    } else {
      let to = a.out + (r / a.heads * a.tokenStride + r % a.heads * d)
      scaled(sums, by: 1 / a.scratch[space.sums + r], into: to, count: d)
    }
  }
}

/// out from what `count` ranges of the cached tokens left, one after the other at `partials`.
public func mergeAttention(_ a: AttentionRows, partials: UnsafePointer<Float>, count: Int) {
  let d = a.cache.headDim, stride = a.partialFloats
  for r in 0..<a.rows {
    let to = a.out + (r / a.heads * a.tokenStride + r % a.heads * d)
    let tops = partials + (a.rows * d + r), sums = tops + a.rows
    var top = -Float.infinity, sum: Float = 0
    for i in 0..<count { top = max(top, tops[i * stride]) }
    for j in 0..<d { to[j] = 0 }
    for i in 0..<count where sums[i * stride] != 0 {
      let weight = exponential(tops[i * stride] - top)
      sum += weight * sums[i * stride]
      addScaled(partials + (i * stride + r * d), by: weight, to: to, count: d)
    }
    scaled(to, by: 1 / sum, into: to, count: d)
  }
}

/// y[i] = scale · x[i]; y may be x.
@inline(__always) func scaled(
  _ x: UnsafePointer<Float>, by scale: Float, into y: UnsafeMutablePointer<Float>, count: Int
) {
  var i = 0
  while i &+ laneCount <= count {
    store(load(x + i) * splat(scale), y + i)
    i &+= laneCount
  }
  while i < count {
    y[i] = x[i] * scale
    i &+= 1
  }
}

/// y[i] += scale · x[i].
@inline(__always) func addScaled(
  _ x: UnsafePointer<Float>, by scale: Float, to y: UnsafeMutablePointer<Float>, count: Int
) {
  var i = 0
  while i &+ laneCount <= count {
    store(multiplyAdd(load(y + i), load(x + i), splat(scale)), y + i)
    i &+= laneCount
  }
  while i < count {
    y[i] += x[i] * scale
    i &+= 1
  }
}
