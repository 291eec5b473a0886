import CKernels
import KernelTypes

// Products of tiles of bfloat16 (AMX). Panels of quantised weights become bfloat16, each element rounded once; that takes
// as long as products with some 100 tokens, so that few tokens are multiplied by other means.

/// This build's products of tiles. To be called only where the CPU has its instructions and the system lets it.
public func matrixTable() -> MatrixTable {
  (
    scratchFloats: 32 * tileColumns, begin: beginTiles, end: endTiles, round: roundToTiles,
    expandQ8_0: expandQ8_0, expandQ4_0: expandQ4_0, expandQ4_K: expandQ4_K, expandQ6_K: expandQ6_K,
    multiply: multiplyTiles
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
  for step in 0..<steps {
    let elements = (row + step &* tileBytes).assumingMemoryBound(to: UInt16.self)
    ck_round_brain(x + 32 &* step, 32, elements)
  }
}

/// 16 tokens × 32 elements.
@inline(__always) var tileBytes: Int { 1024 }

/// One panel, two tiles of tokens at a time. What reaches beyond C goes by way of scratch.
public func multiplyTiles(_ p: MatrixProduct) {
  var token = 0
  while token < p.tokens {
    let tokens = min(32, p.tokens &- token)
    let isWhole = tokens & 15 == 0 && p.rows == tileColumns
    let c = p.c + token &* p.cStride
    let to = isWhole ? c : p.scratch, stride = isWhole ? p.cStride : tileColumns
    let adds = isWhole && p.accumulates
    let a = p.a + token / 16 &* p.aStride
    if tokens > 16 {
      ck_tiles_multiply_32(a, p.aStride, p.panel, p.steps, to, stride, adds)
    } else {
      ck_tiles_multiply_16(a, p.panel, p.steps, to, stride, adds)
    }
    if !isWhole { copyPart(p, c, tokens: tokens) }
    token &+= 32
  }
}

/// C ← the part of scratch that there is, or C += that.
@inline(never) func copyPart(_ p: MatrixProduct, _ c: UnsafeMutablePointer<Float>, tokens: Int) {
  for t in 0..<tokens {
    let from = p.scratch + t &* tileColumns, to = c + t &* p.cStride
    for r in 0..<p.rows { to[r] = p.accumulates ? to[r] + from[r] : from[r] }
  }
}
