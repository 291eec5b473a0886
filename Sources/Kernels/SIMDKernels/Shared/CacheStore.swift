import CKernels
import KernelTypes

// Keys and values on their way into the cache: converted, keys into tiles of 32 tokens.

public func storeKeys(_ r: CacheRows) {
  var token = 0
  while token < r.tokens {
    let inTile = (r.position + token) % 32
    let tile = (r.position + token) / 32 * 32 * r.headDim
    let count = min(32 - inTile, r.tokens - token)
    let from = r.from + token * r.rowStride
    switch r.format {
    case .f32:
      let to = r.to.assumingMemoryBound(to: Float.self) + (tile + inTile)
      transpose(from, r.rowStride, rows: count, columns: r.headDim, to)
    case .f16:
      let to = r.to.assumingMemoryBound(to: UInt16.self) + (tile + inTile)
      if count == 32 { narrowTile(from, r, to) } else { scatterHalves(from, r, count, to) }
    case .q8:
      let blocks = r.to + tile / 1024 * CacheFormat.q8BlockBytes
      for t in 0..<count { quantise(from + t * r.rowStride, r, blocks, token: inTile + t, keys: true) }
    }
    token += count
  }
}

public func storeValues(_ r: CacheRows) {
  for t in 0..<r.tokens {
    let from = r.from + t * r.rowStride, token = r.position + t
    switch r.format {
    case .f32:
      let to = r.to.assumingMemoryBound(to: Float.self) + token * r.headDim
      scaled(from, by: 1, into: to, count: r.headDim)
    case .f16:
      narrow(from, r.headDim, r.to.assumingMemoryBound(to: UInt16.self) + token * r.headDim, r.scratch)
    case .q8:
      let blocks = r.to + token / 32 * (r.headDim / 32) * CacheFormat.q8BlockBytes
      quantise(from, r, blocks, token: token % 32, keys: false)
    }
  }
}

/// to[i · 32 + t] = from[t · stride + i].
@inline(__always) func transpose(
  _ from: UnsafePointer<Float>, _ stride: Int, rows: Int, columns: Int, _ to: UnsafeMutablePointer<Float>
) {
  let wholeRows = rows & ~3, wholeColumns = columns & ~3
  for t in Swift.stride(from: 0, to: wholeRows, by: 4) {
    for i in Swift.stride(from: 0, to: wholeColumns, by: 4) {
      ck_transpose_4x4(from + (t * stride + i), stride, to + (i * 32 + t), 32)
    }
    for u in t..<t + 4 {
      for i in wholeColumns..<columns { to[i * 32 + u] = from[u * stride + i] }
    }
  }
  for t in wholeRows..<rows {
    for i in 0..<columns { to[i * 32 + t] = from[t * stride + i] }
  }
}

/// A whole tile of 32 tokens, 32 elements at a time.
@inline(never) func narrowTile(
  _ from: UnsafePointer<Float>, _ r: CacheRows, _ to: UnsafeMutablePointer<UInt16>
) {
  var first = 0
  while first < r.headDim {
    let columns = min(32, r.headDim - first)
    transpose(from + first, r.rowStride, rows: 32, columns: columns, r.scratch)
    for i in Swift.stride(from: 0, to: columns * 32, by: laneCount) {
      storeHalves(load(r.scratch + i), to + (first * 32 + i))
    }
    first += 32
  }
}

/// Some tokens of a tile, element by element.
@inline(never) func scatterHalves(
  _ from: UnsafePointer<Float>, _ r: CacheRows, _ count: Int, _ to: UnsafeMutablePointer<UInt16>
) {
  let halves = UnsafeMutableRawPointer(r.scratch + 64).assumingMemoryBound(to: UInt16.self)
  for t in 0..<count {
    var first = 0
    while first < r.headDim {
      let columns = min(1024, r.headDim - first)
      narrow(from + (t * r.rowStride + first), columns, halves, r.scratch)
      for i in 0..<columns { to[(first + i) * 32 + t] = halves[i] }
      first += columns
    }
  }
}

/// to[i] = from[i] as halves; `space` has room for a vector and its halves.
@inline(__always) func narrow(
  _ from: UnsafePointer<Float>, _ count: Int, _ to: UnsafeMutablePointer<UInt16>,
  _ space: UnsafeMutablePointer<Float>
) {
  var i = 0
  while i &+ laneCount <= count {
    storeHalves(load(from + i), to + i)
    i &+= laneCount
  }
  let rest = count &- i
  let halves = UnsafeMutableRawPointer(space + laneCount).assumingMemoryBound(to: UInt16.self)
  for j in 0..<rest { space[j] = from[i &+ j] }
  storeHalves(load(space), halves)
  for j in 0..<rest { to[i &+ j] = halves[j] }
}

/// One token's vector in blocks of 32 as QuantFormats encodes Q8_0, to the bit.
@inline(never) func quantise(
  _ from: UnsafePointer<Float>, _ r: CacheRows, _ blocks: UnsafeMutableRawPointer, token: Int, keys: Bool
) {
  let codes = UnsafeMutableRawPointer(r.scratch).assumingMemoryBound(to: UInt8.self)
  let halves = UnsafeMutableRawPointer(r.scratch + 32).assumingMemoryBound(to: UInt16.self)
  for part in 0..<r.headDim / 32 {
    let block = (blocks + part * CacheFormat.q8BlockBytes).assumingMemoryBound(to: UInt8.self)
    let scale = quantise(from + part * 32, codes)
    storeHalves(splat(scale), halves)
    UnsafeMutableRawPointer(block + (1024 + 2 * token)).storeBytes(of: halves[0], as: UInt16.self)
    for i in 0..<32 { block[keys ? i * 32 + token : token * 32 + i] = codes[i] }
  }
}

/// Codes of 32 elements; returns their scale. A block with NaN or infinity has the scale NaN and codes of 0.
@inline(__always) func quantise(_ x: UnsafePointer<Float>, _ codes: UnsafeMutablePointer<UInt8>) -> Float {
  // Magnitudes compare as integers too, and NaN and infinity are then the largest.
  var tops = IntLanes(repeating: 0)
  for i in 0..<32 / laneCount {
    let magnitude =
      unsafeBitCast(load(x + i &* laneCount), to: IntLanes.self) & IntLanes(repeating: 0x7FFF_FFFF)
    tops = tops.replacing(with: magnitude, where: magnitude .> tops)
  }
  var top: Int32 = 0
  for i in 0..<laneCount where tops[i] > top { top = tops[i] }
  let finite = top < 0x7F80_0000
  let scale = finite ? Float(bitPattern: UInt32(bitPattern: top)) / 127 : .nan
  let inverse = 1 / scale
  let usable = finite && inverse <= .greatestFiniteMagnitude
  for i in 0..<32 / laneCount {
    let v = usable ? load(x + i &* laneCount) * splat(inverse) : splat(0)
    storeBytes(v, codes + i &* laneCount)
  }
  return scale
}
