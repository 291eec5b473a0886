#if canImport(Glibc)
  import Glibc
#endif

/// The oracle: every operation in its plainest form, one element after the other, sums and functions in double.
/// Nothing here is fast, and nothing needs to be.
public enum ReferenceKernels {
  /// A matrix in memory: element (row, column) at `data[row · rowStride + column · columnStride]`.
  public struct Matrix {
    let data: UnsafePointer<Float>
    let rowStride: Int, columnStride: Int

    /// Row-major with `width` floats a row, or its transpose.
    public init(_ data: UnsafePointer<Float>, width: Int, transposed: Bool = false) {
      self.data = data
      (rowStride, columnStride) = transposed ? (1, width) : (width, 1)
    }

    /// The element, widened exactly.
    public subscript(row: Int, column: Int) -> Double {
      Double(data[row * rowStride + column * columnStride])
    }
  }

  /// C(i, j) = Σₖ A(i, k) · B(k, j), or added to what C holds, for the rows given; C is row-major, n wide.
  public static func gemm(
    rows: Range<Int>, n: Int, k: Int, _ a: Matrix, _ b: Matrix, into c: UnsafeMutablePointer<Float>,
    accumulates: Bool = false
  ) {
    for i in rows {
      for j in 0..<n {
        var sum = accumulates ? Double(c[i * n + j]) : 0
        for l in 0..<k { sum += a[i, l] * b[l, j] }
        c[i * n + j] = Float(sum)
      }
    }
  }

  /// y[i] = x[i] · weight[i] / √(mean(x²) + ε).
  public static func rmsNorm(
    x: UnsafePointer<Float>, weight: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>, count: Int,
    epsilon: Float
  ) {
    var squares = 0.0
    for i in 0..<count { squares += Double(x[i]) * Double(x[i]) }
    let scale = 1 / (squares / Double(count) + Double(epsilon)).squareRoot()
    for i in 0..<count { y[i] = Float(Double(x[i]) * scale * Double(weight[i])) }
  }

  /// x[i] = exp(x[i]) / Σ exp(x[j]), in place; the largest x is subtracted first, which changes nothing but
  /// keeps exp finite.
  public static func softmax(_ x: UnsafeMutablePointer<Float>, count: Int) {
    var top = -Float.infinity
    for i in 0..<count { top = max(top, x[i]) }
    var sum = 0.0
    for i in 0..<count { sum += exp(Double(x[i]) - Double(top)) }
    for i in 0..<count { x[i] = Float(exp(Double(x[i]) - Double(top)) / sum) }
  }

  /// out[i] = gate[i] / (1 + exp(−gate[i])) · up[i].
  public static func swiGLU(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in 0..<count {
      let g = Double(gate[i])
      out[i] = Float(g / (1 + exp(-g)) * Double(up[i]))
    }
  }

  /// Rotates the pairs of one head vector in place: x[i] = x[i] · cos[i] + x[partner] · sin[i], where the partner
  /// of i is its neighbour, or the element half a vector away.
  public static func rope(
    _ x: UnsafeMutablePointer<Float>, cos: UnsafePointer<Float>, sin: UnsafePointer<Float>, count: Int,
    halves: Bool
  ) {
    let before = Array(UnsafeBufferPointer(start: x, count: count))
    for i in 0..<count {
      let partner = halves ? (i + count / 2) % count : i ^ 1
      x[i] = Float(Double(before[i]) * Double(cos[i]) + Double(before[partner]) * Double(sin[i]))
    }
  }

  /// One query of one head over `tokens` keys and values: out = Σₜ softmax(q · K(t) / √d)ₜ · V(t).
  public static func attention(
    q: UnsafePointer<Float>, headDim: Int, tokens: Int, key: (_ token: Int, _ i: Int) -> Float,
    value: (_ token: Int, _ i: Int) -> Float, out: UnsafeMutablePointer<Float>
  ) {
    var scores = [Double](repeating: 0, count: tokens)
    for t in 0..<tokens {
      for i in 0..<headDim { scores[t] += Double(q[i]) * Double(key(t, i)) }
      scores[t] /= Double(headDim).squareRoot()
    }
    let top = scores.max() ?? 0
    let weights = scores.map { exp($0 - top) }
    let sum = weights.reduce(0, +)
    for i in 0..<headDim {
      var mix = 0.0
      for t in 0..<tokens { mix += weights[t] * Double(value(t, i)) }
      out[i] = Float(mix / sum)
    }
  }
}
