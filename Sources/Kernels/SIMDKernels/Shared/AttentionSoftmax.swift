import KernelTypes

/// Turns the scores of a block into weights, exp(score − top) with the largest score so far as top, and brings the
/// rows' sums to that top.
@inline(never) func weighTokens(_ a: AttentionRows, _ space: AttentionSpace) {
  var first = 0
  while first < a.rows {
    let columns = space.seen(a, tile: first)
    for r in first..<min(first + tileRows, a.rows) where columns > 0 {
      let scores = a.scratch + space.scores + r * blockTokens
      let seen = max(space.seen(a, row: r), 0)
      if seen > 0 { weighRow(a.scratch, space, r, seen) }
      for t in seen..<columns { scores[t] = 0 }
    }
    first += tileRows
  }
}

@inline(__always) func weighRow(
  _ scratch: UnsafeMutablePointer<Float>, _ space: AttentionSpace, _ r: Int, _ seen: Int
) {
  let scores = scratch + space.scores + r * blockTokens
  let whole = (seen + laneCount - 1) / laneCount * laneCount
  for t in seen..<whole { scores[t] = -.infinity }
  let before = scratch[space.tops + r], here = maximum(scores, whole)
  if here > before {
    scratch[space.tops + r] = here
    if before > -.infinity {
      let shrink = exponential(before - here)
      scratch[space.sums + r] *= shrink
      let out = scratch + space.out + r * space.width
      scaled(out, by: shrink, into: out, count: space.width)
    }
  }
  scratch[space.sums + r] += weights(scores, top: max(before, here), count: whole)
}

/// x[i] = exp(x[i] − top), zero where that would be subnormal; returns their sum. `count`: whole vectors.
@inline(__always) func weights(_ x: UnsafeMutablePointer<Float>, top: Float, count: Int) -> Float {
  var sums = splat(0)
  var i = 0
  while i < count {
    let distance = load(x + i) - splat(top)
    let e = exponentialInRange(distance).replacing(with: splat(0), where: distance .< splat(expLow))
    store(e, x + i)
    sums += e
    i &+= laneCount
  }
  return horizontalSum(sums)
}
