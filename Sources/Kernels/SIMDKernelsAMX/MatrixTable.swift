import CKernels
import KernelTypes

// Products of tiles of bfloat16 (AMX). Panels of quantised weights become bfloat16, each element rounded once; that takes
// as long as products with some 100 tokens, so that few tokens are multiplied by other means. Floats are sums of three.

/// This build's products of tiles. To be called only where the CPU has its instructions and the system lets it.
public func matrixTable() -> MatrixTable {
  (
    scratchFloats: 32 * tileColumns, begin: beginTiles, end: endTiles, round: roundToTiles,
    expandQ8_0: expandQ8_0, expandQ4_0: expandQ4_0, expandQ4_K: expandQ4_K, expandQ6_K: expandQ6_K,
    split: splitToTiles, expandF32: expandF32, expandF16: expandF16, multiply: multiplyTiles
  )
}

/// To be called by the thread that multiplies, before and after.
public func beginTiles() { ck_tiles_begin() }
public func endTiles() { ck_tiles_end() }

/// Rounds a token's activations, `steps` times 32 of them, into its place in the tiles.
public func roundToTiles(
  _ x: UnsafePointer<Float>, steps: Int, token: Int, tiles: UnsafeMutableRawPointer
) {
  let row = tiles + (token / 16 &* steps &* tileBytes &+ token % 16 &* 64)
  for step in 0..<steps { ck_round_row(x + 32 &* step, row + step &* tileBytes) }
}

/// Splits a token's activations, `steps` times 32 of them, each `stepStride` floats after the ones before, into parts.
///
/// - Parameter row: its place in the first of its tiles.
public func splitToTiles(
  _ x: UnsafePointer<Float>, stepStride: Int, steps: Int, row: UnsafeMutableRawPointer
) {
  for step in 0..<steps { ck_split_row(x + step &* stepStride, row + step &* 3 &* tileBytes) }
}

/// 16 tokens × 32 elements.
@inline(__always) var tileBytes: Int { 1024 }

/// Two tiles of tokens at a time, which stay in L1, times all panels.
public func multiplyTiles(_ p: MatrixProduct) {
  switch p.parts {
  case .rounded: multiplyTiles(p, 1, 1)
  case .floats: multiplyTiles(p, 3, 3)
  case .halves: multiplyTiles(p, 3, 2)
  }
}

/// - Parameters:
///   - aParts, bParts: literals.
@_transparent func multiplyTiles(_ p: MatrixProduct, _ aParts: Int32, _ bParts: Int32) {
  var token = 0
  while token < p.tokens {
    var row = 0
    while row < p.rows {
      multiplyTile(p, token: token, row: row, aParts, bParts)
      row &+= tileColumns
    }
    token &+= 32
  }
}

/// Up to two tiles of tokens times a panel. What reaches beyond C goes by way of scratch.
@_transparent func multiplyTile(
  _ p: MatrixProduct, token: Int, row: Int, _ aParts: Int32, _ bParts: Int32
) {
  let tokens = min(32, p.tokens &- token), rows = min(tileColumns, p.rows &- row), panel = row / tileColumns
  let isWhole = tokens & 15 == 0 && rows == tileColumns
  let c = p.c + (token &* p.cStride &+ row)
  let to = isWhole ? c : p.scratch, stride = isWhole ? p.cStride : tileColumns
  let adds = isWhole && p.accumulates
  let a = p.a + token / 16 &* p.aStride, b = p.panels + panel &* p.panelStride
  let isLast = row &+ tileColumns >= p.rows
  let next = isLast ? p.c + (token &+ 32) &* p.cStride : c + tileColumns
  // The panels ask for the next two tiles by turns.
  let ahead = a + (2 &+ panel & 1) &* p.aStride + panel / 2 &* Int(aParts) &* 128 &* p.steps
  if tokens > 16 {
    ck_tiles_multiply(true, aParts, bParts, a, p.aStride, b, p.steps, to, stride, adds, next, ahead)
  } else {
    ck_tiles_multiply(false, aParts, bParts, a, p.aStride, b, p.steps, to, stride, adds, next, ahead)
  }
  if !isWhole { copyPart(p, c, tokens: tokens, rows: rows) }
}

/// C ← the part of scratch that there is, or C += that.
@inline(never) func copyPart(_ p: MatrixProduct, _ c: UnsafeMutablePointer<Float>, tokens: Int, rows: Int) {
  for t in 0..<tokens {
    let from = p.scratch + t &* tileColumns, to = c + t &* p.cStride
    for r in 0..<rows { to[r] = p.accumulates ? to[r] + from[r] : from[r] }
  }
}
