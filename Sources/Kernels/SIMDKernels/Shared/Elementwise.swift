/// y[i] = x[i] · weight[i] / √(mean(x²) + ε) (Zhang and Sennrich 2019, arXiv 1910.07467). y may be x.
public func rmsNorm(
  x: UnsafePointer<Float>, weight: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>, count: Int,
  epsilon: Float
) {
  var s = InlineArray<4, Lanes> { _ in splat(0) }
  var i = 0
  while i &+ 4 &* laneCount <= count {
    for u in 0..<4 {
      let v = load(x + i + u &* laneCount)
      s[unchecked: u] = multiplyAdd(s[unchecked: u], v, v)
    }
    i &+= 4 &* laneCount
  }
  var sum = horizontalSum(
    (s[unchecked: 0] + s[unchecked: 1]) + (s[unchecked: 2] + s[unchecked: 3]))
  while i < count {
    sum += x[i] * x[i]
    i &+= 1
  }
  let scale = 1 / (sum / Float(count) + epsilon).squareRoot()
  i = 0
  while i &+ laneCount <= count {
    store(load(x + i) * splat(scale) * load(weight + i), y + i)
    i &+= laneCount
  }
  while i < count {
    y[i] = x[i] * scale * weight[i]
    i &+= 1
  }
}

/// out[i] = gate[i] / (1 + exp(−gate[i])) · up[i] (Shazeer 2020, arXiv 2002.05202). out may be gate or up.
public func swiGLU(
  gate: UnsafePointer<Float>, up: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, count: Int
) {
  let one = splat(1)
  var i = 0
  while i &+ laneCount <= count {
    let g = load(gate + i)
    store(g / (one + exponential(splat(0) - g)) * load(up + i), out + i)
    i &+= laneCount
  }
  while i < count {
    let g = gate[i]
    out[i] = g / (1 + exponential(-g)) * up[i]
    i &+= 1
  }
}

/// y[i] += x[i].
public func add(x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
  var i = 0
  while i &+ laneCount <= count {
    store(load(y + i) + load(x + i), y + i)
    i &+= laneCount
  }
  while i < count {
    y[i] += x[i]
    i &+= 1
  }
}

/// x[i] = exp(x[i] − max x) / Σ exp(x[j] − max x), in place.
public func softmax(_ x: UnsafeMutablePointer<Float>, count: Int) {
  let inverse = 1 / exponentials(x, count)
  var i = 0
  while i &+ laneCount <= count {
    store(load(x + i) * splat(inverse), x + i)
    i &+= laneCount
  }
  while i < count {
    x[i] *= inverse
    i &+= 1
  }
}

/// x[i] = exp(x[i] − max x), zero where that would be subnormal; returns their sum.
@inline(never) func exponentials(_ x: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
  let top = maximum(x, count)
  var sums = splat(0)
  var i = 0
  while i &+ laneCount <= count {
    let distance = load(x + i) - splat(top)
    let e = exponential(distance).replacing(with: splat(0), where: distance .< splat(expLow))
    store(e, x + i)
    sums += e
    i &+= laneCount
  }
  var sum = horizontalSum(sums)
  while i < count {
    let distance = x[i] - top
    let e = distance < expLow ? 0 : exponential(distance)
    x[i] = e
    sum += e
    i &+= 1
  }
  return sum
}

@inline(__always) func maximum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
  var tops = InlineArray<4, Lanes> { _ in splat(-.infinity) }
  var i = 0
  while i &+ 4 &* laneCount <= count {
    for u in 0..<4 { tops[unchecked: u] = larger(tops[unchecked: u], load(x + i + u &* laneCount)) }
    i &+= 4 &* laneCount
  }
  let top = larger(
    larger(tops[unchecked: 0], tops[unchecked: 1]), larger(tops[unchecked: 2], tops[unchecked: 3]))
  var result = horizontalMax(top)
  while i < count {
    if x[i] > result { result = x[i] }
    i &+= 1
  }
  return result
}
