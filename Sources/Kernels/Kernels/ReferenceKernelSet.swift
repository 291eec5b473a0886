import Parallel
import ReferenceKernels

/// The backend `scalar`: ReferenceKernels behind the door, spread over the pool and otherwise as they are.
public final class ReferenceKernelSet: KernelSet {
  public let name = "scalar"
  public let operations = Set(Operation.allCases)
  public let pool: ThreadPool
  public let lingering = 0.0
  public let weightLayout = Weights.rowMajor
  public let workspace = ProjectionWorkspace()

  public init(pool: ThreadPool) { self.pool = pool }

  public func gemm(
    _ s: GEMMShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
  ) {
    requireGEMM(s, a: a, b: b, c: c)
    let a = ReferenceKernels.Matrix(a, width: s.transposeA ? s.m : s.k, transposed: s.transposeA)
    let b = ReferenceKernels.Matrix(b, width: s.transposeB ? s.k : s.n, transposed: s.transposeB)
    pool.forEach(count: s.m, chunk: 1) { rows, _ in
      ReferenceKernels.gemm(rows: rows, n: s.n, k: s.k, a, b, into: c, accumulates: s.accumulates)
    }
  }

  public func gemv(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    requireGEMV(rows: rows, columns: columns, w: w, x: x, y: y)
    let w = ReferenceKernels.Matrix(w, width: columns)
    let x = ReferenceKernels.Matrix(x, width: 1)
    pool.forEach(count: rows, chunk: max(1, rows / (8 * pool.threads))) { range, _ in
      ReferenceKernels.gemm(rows: range, n: 1, k: columns, w, x, into: y)
    }
  }

  public func prepare(_ source: WeightSource) -> Weights { Weights(rowMajor: source, pool: pool) }

  public func adopt(_ source: WeightSource, owner: AnyObject) -> Weights {
    Weights(
      inPlace: source, owner: owner, layout: "\(name), as in the file", format: source.format,
      activations: .f32)
  }

  public func linear(tokens: Int, x: UnsafePointer<Float>, weights: Weights, y: UnsafeMutablePointer<Float>) {
    if let source = weights.matrix.unpacked { return multiply(tokens: tokens, x: x, source, y: y) }
    requireLinear(tokens: tokens, x: x, weights: weights, y: y)
    if tokens == 1 {
      return gemv(rows: weights.rows, columns: weights.columns, w: weights.matrix.floats, x: x, y: y)
    }
    gemm(
      GEMMShape(m: tokens, n: weights.rows, k: weights.columns, transposeB: true), a: x,
      b: weights.matrix.floats,
      c: y
    )
  }

  /// Weights that lie in their file become numbers a row at a time.
  private func multiply(
    tokens: Int, x: UnsafePointer<Float>, _ source: WeightSource, y: UnsafeMutablePointer<Float>
  ) {
    requireApart(y, tokens * source.rows, x, tokens * source.columns, in: "linear")
    let x = TokenLanes(tokens: tokens, columns: source.columns) { Double(x[$0 * source.columns + $1]) }
    pool.forEach(count: source.rows, chunk: 16) { rows, _ in
      var row = [Float](repeating: 0, count: source.columns)
      for r in rows {
        source.decode(row: r, into: &row)
        for (token, sum) in x.products(row.map(Double.init)).enumerated() {
          y[token * source.rows + r] = Float(sum)
        }
      }
    }
  }

  public func rmsNorm(_ c: RMSNormCall) {
    pool.forEach(count: c.rows, chunk: 1) { rows, _ in
      for r in rows {
        ReferenceKernels.rmsNorm(
          x: c.x + r * c.width, weight: c.weight, y: c.y + r * c.width, count: c.width, epsilon: c.epsilon)
      }
    }
  }

  public func rope(_ x: HeadRows, table: RoPETable, position: Int) {
    forEachHead(x, table: table, position: position, pool: pool) { head, cos, sin in
      ReferenceKernels.rope(head, cos: cos, sin: sin, count: table.width, halves: table.pairing == .halves)
    }
  }

  public func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    pool.forEach(count: rows, chunk: 1) { range, _ in
      for r in range { ReferenceKernels.softmax(x + r * width, count: width) }
    }
  }

  public func swiGLU(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, count: Int
  ) {
    pool.forEach(count: count, chunk: 4096) { range, _ in
      let i = range.lowerBound
      ReferenceKernels.swiGLU(gate: gate + i, up: up + i, out: out + i, count: range.count)
    }
  }

  public func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count { y[i] += x[i] }
  }

  public func store(_ c: KVStore) {
    for head in 0..<c.layout.kvHeads {
      let keys = c.cachedKeys + head * c.layout.keyHeadBytes
      let values = c.cachedValues + head * c.layout.valueHeadBytes
      for token in 0..<c.keys.tokens {
        c.layout.encodeKey(c.keys.vector(token, head), token: c.position + token, into: keys)
        c.layout.encodeValue(c.values.vector(token, head), token: c.position + token, into: values)
      }
    }
  }

  public func attention(_ c: AttentionCall) {
    let q = c.q, layout = c.layout
    pool.forEach(count: q.tokens * q.heads, chunk: 1) { range, _ in
      for i in range {
        let (token, head) = (i / q.heads, i % q.heads)
        let kvHead = head * layout.kvHeads / q.heads
        let keys = c.keys + kvHead * layout.keyHeadBytes
        let values = c.values + kvHead * layout.valueHeadBytes
        let at = token * q.rowStride + head * q.headDim
        ReferenceKernels.attention(
          q: q.data + at, headDim: q.headDim, tokens: c.position + token + 1,
          key: { layout.key(keys, token: $0, $1) }, value: { layout.value(values, token: $0, $1) },
          out: c.out + at)
      }
    }
  }
}

extension Weights {
  static let rowMajor = "row-major"

  /// Row-major floats, as references and BLAS libraries take them.
  convenience init(rowMajor source: WeightSource, pool: ThreadPool) {
    self.init(of: source, layout: Self.rowMajor, byteCount: 4 * source.rows * source.columns)
    let data = matrix.floats
    pool.forEach(count: source.rows, chunk: 64) { rows, _ in
      for row in rows { source.decode(row: row, into: data + row * source.columns) }
    }
  }
}

/// Calls `body` with every head vector of `x` and its rows of the table.
func forEachHead(
  _ x: HeadRows, table: RoPETable, position: Int, pool: ThreadPool,
  _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) -> Void
) {
  require(table.width <= x.headDim, "RoPE over \(table.width) of \(x.headDim) elements")
  require(
    (position + x.tokens) * table.width <= table.cos.count, "the RoPE table ends before the last token")
  table.cos.withUnsafeBufferPointer { cos in
    table.sin.withUnsafeBufferPointer { sin in
      pool.forEach(count: x.tokens, chunk: max(1, x.tokens / (2 * pool.threads))) { tokens, _ in
        for token in tokens {
          let row = (position + token) * table.width
          for head in 0..<x.heads {
            let vector = x.data + token * x.rowStride + head * x.headDim
            body(vector, cos.baseAddress! + row, sin.baseAddress! + row)
          }
        }
      }
    }
  }
}
