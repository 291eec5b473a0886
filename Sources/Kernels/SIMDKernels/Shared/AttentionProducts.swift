import KernelTypes

/// Operands of both products of attention: A(r, k) at `a[r · rowStride + k]`, B(k, ·) `bStride` bytes after B(k − 1, ·).
struct ProductOperands {
  let a: UnsafePointer<Float>
  let rowStride: Int
  let b: UnsafeRawPointer
  let bStride: Int, depth: Int
}

/// C(r, ·) at `c[r · rowStride]`: whole tiles.
struct ProductTarget {
  let c: UnsafeMutablePointer<Float>
  let rowStride: Int
  let accumulate: Bool
  /// One half for each column, by which sums are multiplied.
  let scales: UnsafeRawPointer?
}

@inline(__always) func byteCount(_ format: CacheFormat) -> Int {
  switch format {
  case .f32: return 4
  case .f16: return 2
  case .q8: return 1
  }
}

@inline(__always) func loadCached(_ p: UnsafeRawPointer, _ format: CacheFormat) -> Lanes {
  switch format {
  case .f32: return p.loadUnaligned(as: Lanes.self)
  case .f16: return loadHalves(p)
  case .q8: return loadBytes(p)
  }
}

/// scores(r, t) = q(r) · K(t) for the block's tokens, a panel of tokens at a time.
@inline(never) func scoreKeys(_ a: AttentionRows, _ space: AttentionSpace, _ block: AttentionBlock) {
  let cache = a.cache
  let tile = block.start / keyTile
  switch cache.keyFormat {
  case .f32: scorePanels(a, space, block, .f32, cache.keys + tile * keyTile * cache.headDim * 4)
  case .f16:
    let keys = cache.keys + tile * keyTile * cache.headDim * 2
    if block.widens {
      let count = (block.tokens + keyTile - 1) / keyTile * keyTile * cache.headDim
      widenHalves(keys, into: a.scratch + space.keys, count: count)
      return scorePanels(a, space, block, .f32, UnsafeRawPointer(a.scratch + space.keys))
    }
    if widensInLoops { scorePanels(a, space, block, .f16, keys) }
  case .q8:
    let keys = cache.keys + tile * (cache.headDim / 32) * CacheFormat.q8BlockBytes
    if block.widens {
      widenKeyBlocks(keys, into: a.scratch + space.keys, tokens: block.tokens, headDim: cache.headDim)
      return scorePanels(a, space, block, .f32, UnsafeRawPointer(a.scratch + space.keys))
    }
    if widensInLoops { scoreBlocks(a, space, block, keys) }
  }
}

@inline(__always) func scorePanels(
  _ a: AttentionRows, _ space: AttentionSpace, _ block: AttentionBlock, _ format: CacheFormat,
  _ keys: UnsafeRawPointer
) {
  let d = a.cache.headDim
  var column = 0
  while column < block.tokens {
    let inTile = column % keyTile
    let b = keys + ((column - inTile) * d + inTile) * byteCount(format)
    var row = 0
    while row < a.rows {
      if column < block.seen(a, tile: row) {
        let operands = ProductOperands(
          a: a.scratch + space.q + row * d, rowStride: d, b: b, bStride: keyTile * byteCount(format), depth: d)
        let target = ProductTarget(
          c: a.scratch + space.scores + row * blockTokens + column, rowStride: blockTokens, accumulate: false,
          scales: nil)
        multiply(rows: a.rows - row, format, operands, target)
      }
      row += tileRows
    }
    column += tileColumns
  }
}

/// The same for blocks of int8, 32 elements at a time because their scales differ.
@inline(__always) func scoreBlocks(
  _ a: AttentionRows, _ space: AttentionSpace, _ block: AttentionBlock, _ keys: UnsafeRawPointer
) {
  let d = a.cache.headDim
  var column = 0
  while column < block.tokens {
    let inTile = column % keyTile
    for part in 0..<d / 32 {
      let b = keys + (column / keyTile * (d / 32) + part) * CacheFormat.q8BlockBytes
      var row = 0
      while row < a.rows {
        let operands = ProductOperands(
          a: a.scratch + space.q + (row * d + part * 32), rowStride: d, b: b + inTile, bStride: keyTile,
          depth: 32)
        let target = ProductTarget(
          c: a.scratch + space.scores + row * blockTokens + column, rowStride: blockTokens,
          accumulate: part > 0, scales: b + (32 * keyTile + 2 * inTile))
        multiply(rows: a.rows - row, .q8, operands, target)
        row += tileRows
      }
    }
    column += tileColumns
  }
}

/// out(r) += Σₜ weight(r, t) · V(t) for the block's tokens, a panel of columns at a time.
@inline(never) func mixValues(_ a: AttentionRows, _ space: AttentionSpace, _ block: AttentionBlock) {
  let cache = a.cache, d = cache.headDim
  switch cache.valueFormat {
  case .f32: mixPanels(a, space, block, .f32, cache.values + block.start * d * 4)
  case .f16:
    let values = cache.values + block.start * d * 2
    if block.widens {
      widenHalves(values, into: a.scratch + space.values, count: block.tokens * d)
      return mixPanels(a, space, block, .f32, UnsafeRawPointer(a.scratch + space.values))
    }
    if widensInLoops { mixPanels(a, space, block, .f16, values) }
  case .q8:
    let values = cache.values + block.start / keyTile * (d / 32) * CacheFormat.q8BlockBytes
    if block.widens {
      widenValueBlocks(values, into: a.scratch + space.values, tokens: block.tokens, headDim: d)
      return mixPanels(a, space, block, .f32, UnsafeRawPointer(a.scratch + space.values))
    }
    if widensInLoops { mixBlocks(a, space, block, values) }
  }
}

@inline(__always) func mixPanels(
  _ a: AttentionRows, _ space: AttentionSpace, _ block: AttentionBlock, _ format: CacheFormat,
  _ values: UnsafeRawPointer
) {
  let d = a.cache.headDim
  var column = 0
  while column < d {
    var row = 0
    while row < a.rows {
      let depth = block.seen(a, tile: row)
      if depth > 0 {
        let operands = ProductOperands(
          a: a.scratch + space.scores + row * blockTokens, rowStride: blockTokens,
          b: values + column * byteCount(format), bStride: d * byteCount(format), depth: depth)
        let target = ProductTarget(
          c: a.scratch + space.out + (row * space.width + column), rowStride: space.width, accumulate: true,
          scales: nil)
        multiply(rows: a.rows - row, format, operands, target)
      }
      row += tileRows
    }
    column += tileColumns
  }
}

/// The same for blocks of int8: weights take the scales of their tokens with them.
@inline(__always) func mixBlocks(
  _ a: AttentionRows, _ space: AttentionSpace, _ block: AttentionBlock, _ values: UnsafeRawPointer
) {
  let parts = a.cache.headDim / 32
  for index in 0..<(block.tokens + keyTile - 1) / keyTile * parts {
    let (tile, part) = (index / parts, index % parts)
    let b = values + index * CacheFormat.q8BlockBytes
    var row = 0
    while row < a.rows {
      let depth = min(block.seen(a, tile: row) - tile * keyTile, keyTile)
      if depth > 0 {
        let rows = min(tileRows, a.rows - row)
        let weighted = a.scratch + space.weighted + row * blockTokens
        scaleWeights(weighted - (space.weighted - space.scores) + tile * keyTile, b + 1024, rows, weighted)
        for panel in 0..<32 / tileColumns {
          let operands = ProductOperands(
            a: weighted, rowStride: blockTokens, b: b + panel * tileColumns, bStride: 32, depth: depth)
          let out = a.scratch + space.out + (row * space.width + part * 32 + panel * tileColumns)
          multiply(
            rows: rows, .q8, operands,
            ProductTarget(c: out, rowStride: space.width, accumulate: true, scales: nil))
        }
      }
      row += tileRows
    }
  }
}

/// to(r, t) = weights(r, t) · scale(t) for a tile of tokens.
@inline(__always) func scaleWeights(
  _ weights: UnsafePointer<Float>, _ scales: UnsafeRawPointer, _ rows: Int, _ to: UnsafeMutablePointer<Float>
) {
  for i in 0..<32 / laneCount {
    let scale = loadHalves(scales + 2 * i * laneCount) as Lanes
    for r in 0..<rows {
      let at = r * blockTokens + i * laneCount
      store(load(weights + at) * scale, to + at)
    }
  }
}
