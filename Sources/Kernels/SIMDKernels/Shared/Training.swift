import CKernels
import KernelTypes

// What training adds to the forward pass, row by row. See `KernelTypes/TrainingOperands.swift` for the operands.

/// With y[i] = x[i] · w[i] · s, s = 1 / √(mean(x²) + ε): dx[i] += s · (w[i] · dy[i] − x[i] · s² · mean(w · dy · x)) and
/// dw[i] += dy[i] · x[i] · s.
public func rmsNormBackward(_ g: RMSNormGradient) {
  let (x, w, dy) = (g.x, g.weight, g.dy), count = g.count
  var squares0 = splat(0), squares1 = splat(0), dots0 = splat(0), dots1 = splat(0)
  var i = 0
  while i &+ 2 &* laneCount <= count {
    let x0 = load(x + i), x1 = load(x + i + laneCount)
    squares0 = multiplyAdd(squares0, x0, x0)
    squares1 = multiplyAdd(squares1, x1, x1)
    dots0 = multiplyAdd(dots0, load(w + i) * load(dy + i), x0)
    dots1 = multiplyAdd(dots1, load(w + i + laneCount) * load(dy + i + laneCount), x1)
    i &+= 2 &* laneCount
  }
  var squares = horizontalSum(squares0 + squares1), dots = horizontalSum(dots0 + dots1)
  while i < count {
    squares += x[i] * x[i]
    dots += w[i] * dy[i] * x[i]
    i &+= 1
  }
  let s = 1 / (squares / Float(count) + g.epsilon).squareRoot()
  let back = s * s * s * dots / Float(count)
  i = 0
  while i &+ laneCount <= count {
    let xi = load(x + i), dyi = load(dy + i) * splat(s)
    store(load(g.dx + i) + (dyi * load(w + i) - xi * splat(back)), g.dx + i)
    store(multiplyAdd(load(g.dWeight + i), dyi, xi), g.dWeight + i)
    i &+= laneCount
  }
  while i < count {
    let dyi = dy[i] * s
    g.dx[i] += dyi * w[i] - x[i] * back
    g.dWeight[i] += dyi * x[i]
    i &+= 1
  }
}

/// With h = silu(g) · u and d = dh, which `out` holds: g ← d · u · σ · (1 + g · (1 − σ)), u ← d · g · σ, and out ← h.
public func swiGLUBackward(
  gate: UnsafeMutablePointer<Float>, up: UnsafeMutablePointer<Float>, out: UnsafeMutablePointer<Float>,
  count: Int
) {
  let one = splat(1)
  var i = 0
  while i &+ laneCount <= count {
    let g = load(gate + i), u = load(up + i), d = load(out + i)
    let sigma = one / (one + exponential(splat(0) - g))
    let silu = g * sigma
    store(silu * u, out + i)
    store(d * silu, up + i)
    store(d * u * multiplyAdd(sigma, silu, one - sigma), gate + i)
    i &+= laneCount
  }
  while i < count {
    let g = gate[i], u = up[i], d = out[i]
    let sigma = 1 / (1 + exponential(-g))
    let silu = g * sigma
    out[i] = silu * u
    up[i] = d * silu
    gate[i] = d * u * (sigma + silu * (1 - sigma))
    i &+= 1
  }
}

/// Softmax in place. Returns the largest x and Σ exp(x − largest): the logarithm of the normaliser is the first plus the
/// logarithm of the second.
public func softmaxNormaliser(_ x: UnsafeMutablePointer<Float>, count: Int) -> SIMD2<Float> {
  let top = maximum(x, count), sum = exponentials(x, count)
  scaled(x, by: 1 / sum, into: x, count: count)
  return SIMD2(top, sum)
}

/// See `AdamWStep`.
public func adamW(_ s: AdamWStep) {
  let scale = splat(s.gradientScale), rate = splat(s.rate), shrink = splat(s.shrink)
  let keep1 = splat(s.beta1), take1 = splat(1 - s.beta1), keep2 = splat(s.beta2), take2 = splat(1 - s.beta2)
  var i = 0
  while i &+ laneCount <= s.count {
    let g = load(s.gradients + i) * scale
    let m = multiplyAdd(load(s.first + i) * keep1, take1, g)
    let v = multiplyAdd(load(s.second + i) * keep2, take2 * g, g)
    store(m, s.first + i)
    store(v, s.second + i)
    let size = multiplyAdd(splat(s.epsilon), root(v), splat(s.root))
    store(load(s.parameters + i) * shrink - rate * m / size, s.parameters + i)
    i &+= laneCount
  }
  while i < s.count {
    let g = s.gradients[i] * s.gradientScale
    let m = s.first[i] * s.beta1 + (1 - s.beta1) * g
    let v = s.second[i] * s.beta2 + (1 - s.beta2) * g * g
    (s.first[i], s.second[i]) = (m, v)
    s.parameters[i] = s.parameters[i] * s.shrink - s.rate * m / (v.squareRoot() * s.root + s.epsilon)
    i &+= 1
  }
}

/// Σ x[i] · y[i].
public func dotProduct(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
  dot(x, y, count)
}

/// x[i] ← x[i] · factor.
public func scale(_ x: UnsafeMutablePointer<Float>, by factor: Float, count: Int) {
  scaled(x, by: factor, into: x, count: count)
}

/// The nearest bfloat16, ties to even, as a float; NaN stays NaN. to may be x.
public func roundToBrainFloats(
  _ x: UnsafePointer<Float>, into to: UnsafeMutablePointer<Float>, count: Int
) {
  let sixteen = IntLanes(repeating: 16), half = IntLanes(repeating: 0x7FFF), one = IntLanes(repeating: 1)
  var i = 0
  while i &+ laneCount <= count {
    let v = load(x + i), bits = unsafeBitCast(v, to: IntLanes.self)
    let rounded = (bits &+ half &+ ((bits &>> sixteen) & one)) & IntLanes(repeating: -65536)
    store(unsafeBitCast(rounded, to: Lanes.self).replacing(with: v, where: v .!= v), to + i)
    i &+= laneCount
  }
  while i < count {
    let bits = x[i].bitPattern
    let rounded = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000
    to[i] = x[i] == x[i] ? Float(bitPattern: rounded) : x[i]
    i &+= 1
  }
}
