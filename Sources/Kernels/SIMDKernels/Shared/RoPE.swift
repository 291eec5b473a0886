// Rotary position embedding (Su et al. 2021, arXiv 2104.09864) of one head vector, in place:
// x[i] = x[i] · cos[i] + x[partner(i)] · sin[i], the sign of the rotation being part of `sin`.

/// Partners are neighbours, 2i and 2i + 1 (llama). `count` is even.
public func ropeAdjacent(
  _ x: UnsafeMutablePointer<Float>, cos: UnsafePointer<Float>, sin: UnsafePointer<Float>, count: Int
) {
  var i = 0
  while i &+ laneCount <= count {
    let v = load(x + i)
    store(multiplyAdd(v * load(cos + i), swapNeighbours(v), load(sin + i)), x + i)
    i &+= laneCount
  }
  while i < count {
    let a = x[i], b = x[i &+ 1]
    x[i] = a * cos[i] + b * sin[i]
    x[i &+ 1] = b * cos[i &+ 1] + a * sin[i &+ 1]
    i &+= 2
  }
}

/// Partners are i and i + count / 2 (GPT-NeoX, Qwen). `count` is even.
public func ropeHalves(
  _ x: UnsafeMutablePointer<Float>, cos: UnsafePointer<Float>, sin: UnsafePointer<Float>, count: Int
) {
  let half = count / 2
  var i = 0
  while i &+ laneCount <= half {
    let a = load(x + i), b = load(x + half + i)
    store(multiplyAdd(a * load(cos + i), b, load(sin + i)), x + i)
    store(multiplyAdd(b * load(cos + half + i), a, load(sin + half + i)), x + half + i)
    i &+= laneCount
  }
  while i < half {
    let a = x[i], b = x[half &+ i]
    x[i] = a * cos[i] + b * sin[i]
    x[half &+ i] = b * cos[half &+ i] + a * sin[half &+ i]
    i &+= 1
  }
}
