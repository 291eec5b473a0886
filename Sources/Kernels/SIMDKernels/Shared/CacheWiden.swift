import KernelTypes

// Blocks of the cache as floats, in the layout of the cache's own float format; values may run over by a vector.

@inline(never) func widenHalves(
  _ from: UnsafeRawPointer, into to: UnsafeMutablePointer<Float>, count: Int
) {
  var i = 0
  while i < count {
    store(loadHalves(from + 2 &* i), to + i)
    i &+= laneCount
  }
}

/// Keys of whole tiles: each row of a tile times the scales of its tokens.
@inline(never) func widenKeyBlocks(
  _ from: UnsafeRawPointer, into to: UnsafeMutablePointer<Float>, tokens: Int, headDim: Int
) {
  for block in 0..<(tokens + 31) / 32 * (headDim / 32) {
    let b = from + block * CacheFormat.q8BlockBytes, tile = to + block * 1024
    for column in 0..<32 / laneCount {
      let scale = loadHalves(b + (1024 + 2 * column * laneCount)) as Lanes
      for i in 0..<32 {
        let at = i * 32 + column * laneCount
        store(loadBytes(b + at) * scale, tile + at)
      }
    }
  }
}

/// Values token by token, each times its scale.
@inline(never) func widenValueBlocks(
  _ from: UnsafeRawPointer, into to: UnsafeMutablePointer<Float>, tokens: Int, headDim: Int
) {
  let parts = headDim / 32
  for token in 0..<tokens {
    for part in 0..<parts {
      let b = from + (token / 32 * parts + part) * CacheFormat.q8BlockBytes
      let scale = splat(loadHalf(b + (1024 + 2 * (token % 32))))
      for column in 0..<32 / laneCount {
        let at = column * laneCount
        store(loadBytes(b + (token % 32 * 32 + at)) * scale, to + (token * headDim + part * 32 + at))
      }
    }
  }
}
