#if canImport(Glibc)
  import Glibc
#endif

// Training's operations, plainly: in double, on arrays, one element after the other.

extension ReferenceKernels {
  /// Of y[i] = x[i] · weight[i] · s with s = 1 / √(mean(x²) + ε).
  public static func rmsNormGradient(
    x: [Double], weight: [Double], dy: [Double], epsilon: Double
  ) -> (dx: [Double], dWeight: [Double]) {
    let squares = x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + epsilon
    let s = 1 / squares.squareRoot()
    let along = x.indices.reduce(0) { $0 + weight[$1] * dy[$1] * x[$1] } / Double(x.count)
    let dx = x.indices.map { s * weight[$0] * dy[$0] - s * s * s * along * x[$0] }
    return (dx, x.indices.map { dy[$0] * x[$0] * s })
  }

  /// Of out = gate · σ(gate) · up, and out itself.
  public static func swiGLUGradient(
    gate: Double, up: Double, dOut: Double
  ) -> (dGate: Double, dUp: Double, out: Double) {
    let sigma = 1 / (1 + exp(-gate)), silu = gate * sigma
    return (dOut * up * (sigma + silu * (1 - sigma)), dOut * silu, silu * up)
  }

  /// Softmax in place; returns the largest x, and Σ exp(x − largest).
  public static func softmaxNormaliser(_ x: UnsafeMutablePointer<Float>, count: Int) -> SIMD2<Float> {
    var top = -Float.infinity, sum = 0.0
    for i in 0..<count { top = max(top, x[i]) }
    for i in 0..<count { sum += exp(Double(x[i]) - Double(top)) }
    for i in 0..<count { x[i] = Float(exp(Double(x[i]) - Double(top)) / sum) }
    return SIMD2(top, Float(sum))
  }

  /// Row t of the weights of one head: softmax over s ≤ t of q(t) · k(s) / √headDim.
  static func causalWeights(_ q: [Double], _ k: [Double], _ t: Int, _ headDim: Int) -> [Double] {
    let scores = (0...t).map { s in
      (0..<headDim).reduce(0) { $0 + q[t * headDim + $1] * k[s * headDim + $1] }
        / Double(headDim).squareRoot()
    }
    let top = scores.max() ?? 0, weights = scores.map { exp($0 - top) }, sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// One head over a whole sequence; all arrays are (tokens, headDim).
  public static func causalAttention(q: [Double], k: [Double], v: [Double], headDim: Int) -> [Double] {
    var out = [Double](repeating: 0, count: q.count)
    for t in 0..<q.count / headDim {
      for (s, weight) in causalWeights(q, k, t, headDim).enumerated() {
        for i in 0..<headDim { out[t * headDim + i] += weight * v[s * headDim + i] }
      }
    }
    return out
  }

  /// The gradients of that.
  public static func causalAttentionGradient(
    q: [Double], k: [Double], v: [Double], dOut: [Double], headDim: Int
  ) -> (dq: [Double], dk: [Double], dv: [Double]) {
    var dq = [Double](repeating: 0, count: q.count), dk = dq, dv = dq
    for t in 0..<q.count / headDim {
      let weights = causalWeights(q, k, t, headDim)
      let dWeights = weights.indices.map { s in
        (0..<headDim).reduce(0) { $0 + dOut[t * headDim + $1] * v[s * headDim + $1] }
      }
      let mean = weights.indices.reduce(0) { $0 + weights[$1] * dWeights[$1] }
      for s in weights.indices {
        let dScore = weights[s] * (dWeights[s] - mean) / Double(headDim).squareRoot()
        for i in 0..<headDim {
          dq[t * headDim + i] += dScore * k[s * headDim + i]
          dk[s * headDim + i] += dScore * q[t * headDim + i]
          dv[s * headDim + i] += weights[s] * dOut[t * headDim + i]
        }
      }
    }
    return (dq, dk, dv)
  }

  /// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101), the corrections of the moments' bias
  /// in `rate`, η / (1 − β₁ᵗ), and `root`, 1 / √(1 − β₂ᵗ); `shrink` is 1 − η λ.
  public struct AdamW: Sendable {
    public var beta1: Double, beta2: Double, shrink: Double, rate: Double, root: Double, epsilon: Double

    public init(
      beta1: Double, beta2: Double, shrink: Double, rate: Double, root: Double, epsilon: Double
    ) {
      (self.beta1, self.beta2, self.shrink) = (beta1, beta2, shrink)
      (self.rate, self.root, self.epsilon) = (rate, root, epsilon)
    }

    /// A parameter and its two moments.
    public typealias State = (parameter: Double, first: Double, second: Double)

    /// Moves one parameter.
    public func step(_ state: inout State, gradient: Double) {
      state.first = beta1 * state.first + (1 - beta1) * gradient
      state.second = beta2 * state.second + (1 - beta2) * gradient * gradient
      let size = state.second.squareRoot() * root + epsilon
      state.parameter = state.parameter * shrink - rate * state.first / size
    }
  }
}
