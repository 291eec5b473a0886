import CKernels
import KernelTypes

/// Operands of both products of attention: A(r, k) at `a[r · rowStride + k]`, B(k, ·) `bStride` bytes after B(k − 1, ·).
struct ProductOperands {
  let a: UnsafePointer<Float>
  let rowStride: Int
  let b: UnsafeRawPointer
  let bStride: Int, depth: Int
  /// Bytes from B to what will take its place with the next block of tokens; 0: asked for elsewhere.
  let ahead: Int
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

/// scores(r, t) = q(r) · K(t) for the block's tokens.
@inline(__always) func scoreKeys(_ a: AttentionRows, _ space: AttentionSpace) {
  let d = a.cache.headDim, wide = a.scratch + space.keys
  let keys = a.cache.keys + cachedBytes(space.start, d, a.cache.keyFormat)
  switch a.cache.keyFormat {
  case .f32: scoreFloats(a, space, keys)
  case .f16:
    if !widensBlocks(a) { return scoreHalves(a, space, keys) }
    widenHalves(keys, into: wide, count: (space.tokens + keyTile - 1) / keyTile * keyTile * d)
    scoreFloats(a, space, wide)
  case .q8:
    if !widensBlocks(a) { return scoreBlocks(a, space, keys) }
    widenKeyBlocks(keys, into: wide, tokens: space.tokens, headDim: d)
    scoreFloats(a, space, wide)
  }
}

/// Bytes of `tokens` tokens, whole tiles of them.
@inline(__always) func cachedBytes(_ tokens: Int, _ headDim: Int, _ format: CacheFormat) -> Int {
  switch format {
  case .f32: return tokens * headDim * 4
  case .f16: return tokens * headDim * 2
  case .q8: return tokens / 32 * (headDim / 32) * CacheFormat.q8BlockBytes
  }
}

@inline(never) func scoreFloats(
  _ a: AttentionRows, _ space: AttentionSpace, _ keys: UnsafeRawPointer
) { scorePanels(a, space, .f32, keys) }

@inline(never) func scoreHalves(
  _ a: AttentionRows, _ space: AttentionSpace, _ keys: UnsafeRawPointer
) { scorePanels(a, space, .f16, keys) }

@inline(never) func scoreBlocks(
  _ a: AttentionRows, _ space: AttentionSpace, _ keys: UnsafeRawPointer
) { scoreBlockPanels(a, space, keys) }

/// A panel of tokens at a time.
@inline(__always) func scorePanels(
  _ a: AttentionRows, _ space: AttentionSpace, _ format: CacheFormat,
  _ keys: UnsafeRawPointer
) {
  let d = a.cache.headDim, ahead = cachedBytes(blockTokens, d, format)
  var column = 0
  while column < space.tokens {
    let inTile = column % keyTile
    let b = keys + ((column - inTile) * d + inTile) * byteCount(format)
    var row = 0
    while row < a.rows {
      if column < space.seen(a, tile: row) {
        let operands = ProductOperands(
          a: a.scratch + space.q + row * d, rowStride: d, b: b, bStride: keyTile * byteCount(format),
          depth: d,
          ahead: ahead)
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
@inline(__always) func scoreBlockPanels(
  _ a: AttentionRows, _ space: AttentionSpace, _ keys: UnsafeRawPointer
) {
  let d = a.cache.headDim, ahead = cachedBytes(blockTokens, d, .q8)
  var column = 0
  while column < space.tokens {
    let inTile = column % keyTile
    for part in 0..<d / 32 {
      let b = keys + (column / keyTile * (d / 32) + part) * CacheFormat.q8BlockBytes
      if inTile == 0 { prefetchBlock(b + ahead) }
      var row = 0
      while row < a.rows {
        let operands = ProductOperands(
          a: a.scratch + space.q + (row * d + part * 32), rowStride: d, b: b + inTile, bStride: keyTile,
          depth: 32, ahead: 0)
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

/// out(r) += Σₜ weight(r, t) · V(t) for the block's tokens.
@inline(__always) func mixValues(_ a: AttentionRows, _ space: AttentionSpace) {
  let d = a.cache.headDim, wide = a.scratch + space.values
  let values = a.cache.values + cachedBytes(space.start, d, a.cache.valueFormat)
  switch a.cache.valueFormat {
  case .f32: mixFloats(a, space, values)
  case .f16:
    if !widensBlocks(a) { return mixHalves(a, space, values) }
    widenHalves(values, into: wide, count: space.tokens * d)
    mixFloats(a, space, wide)
  case .q8:
    if !widensBlocks(a) { return mixBlocks(a, space, values) }
    widenValueBlocks(values, into: wide, tokens: space.tokens, headDim: d)
    mixFloats(a, space, wide)
  }
}

@inline(never) func mixFloats(
  _ a: AttentionRows, _ space: AttentionSpace, _ values: UnsafeRawPointer
) { mixPanels(a, space, .f32, values) }

@inline(never) func mixHalves(
  _ a: AttentionRows, _ space: AttentionSpace, _ values: UnsafeRawPointer
) { mixPanels(a, space, .f16, values) }

@inline(never) func mixBlocks(
  _ a: AttentionRows, _ space: AttentionSpace, _ values: UnsafeRawPointer
) { mixBlockPanels(a, space, values) }

/// A panel of columns at a time.
@inline(__always) func mixPanels(
  _ a: AttentionRows, _ space: AttentionSpace, _ format: CacheFormat,
  _ values: UnsafeRawPointer
) {
  let d = a.cache.headDim, ahead = cachedBytes(blockTokens, d, format)
  var column = 0
  while column < d {
    var row = 0
    while row < a.rows {
      let depth = space.seen(a, tile: row)
      if depth > 0 {
        let operands = ProductOperands(
          a: a.scratch + space.scores + row * blockTokens, rowStride: blockTokens,
          b: values + column * byteCount(format), bStride: d * byteCount(format), depth: depth,
          ahead: ahead)
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
@inline(__always) func mixBlockPanels(
  _ a: AttentionRows, _ space: AttentionSpace, _ values: UnsafeRawPointer
) {
  let parts = a.cache.headDim / 32, ahead = cachedBytes(blockTokens, a.cache.headDim, .q8)
  for index in 0..<(space.tokens + keyTile - 1) / keyTile * parts {
    let (tile, part) = (index / parts, index % parts)
    let b = values + index * CacheFormat.q8BlockBytes
    prefetchBlock(b + ahead)
    var row = 0
    while row < a.rows {
      let depth = min(space.seen(a, tile: row) - tile * keyTile, keyTile)
      if depth > 0 {
        let rows = min(tileRows, a.rows - row)
        let weighted = a.scratch + space.weighted + row * blockTokens
        scaleWeights(weighted - (space.weighted - space.scores) + tile * keyTile, b + 1024, rows, weighted)
        for panel in 0..<32 / tileColumns {
          let operands = ProductOperands(
            a: weighted, rowStride: blockTokens, b: b + panel * tileColumns, bStride: 32, depth: depth,
            ahead: 0)
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

/// Asks for the lines of a block of int8.
@inline(__always) func prefetchBlock(_ block: UnsafeRawPointer) {
  for line in 0..<CacheFormat.q8BlockBytes / 64 { ck_prefetch_read(block + 64 &* line) }
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
