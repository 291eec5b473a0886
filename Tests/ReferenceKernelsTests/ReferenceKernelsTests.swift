import ReferenceKernels
import Testing

@Suite struct ReferenceKernelsTests {
  let oracle: Oracle
  init() throws { oracle = try Oracle.load() }

  private func check(_ seen: [Float], _ expected: [Double], _ label: String) {
    let comparison = Oracle.compare(seen, expected)
    #expect(comparison.passed && seen.count == expected.count, "\(label): \(comparison.summary)")
  }

  @Test func softmaxIsSciPys() {
    for (i, c) in oracle.softmax.enumerated() {
      var x = c.x
      ReferenceKernels.softmax(&x, count: x.count)
      check(x, c.y, "softmax \(i)")
    }
  }

  @Test(arguments: [false, true], [false, true])
  func gemmIsNumPys(transposeA: Bool, transposeB: Bool) {
    for c in oracle.matmul {
      let a = transposeA ? transposed(c.a, rows: c.m, columns: c.k) : c.a
      let b = transposeB ? transposed(c.b, rows: c.k, columns: c.n) : c.b
      var seen = [Float](repeating: .nan, count: c.m * c.n)
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          ReferenceKernels.gemm(
            rows: 0..<c.m, n: c.n, k: c.k,
            .init(a.baseAddress!, width: transposeA ? c.m : c.k, transposed: transposeA),
            .init(b.baseAddress!, width: transposeB ? c.k : c.n, transposed: transposeB), into: &seen)
        }
      }
      check(seen, c.c, "\(c.m) × \(c.n) × \(c.k)")
    }
  }

  @Test func gemmWritesTheRowsAskedForOnly() {
    let a: [Float] = [1, 2, 3], b: [Float] = [10]
    var c = [Float](repeating: -1, count: 3)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        ReferenceKernels.gemm(
          rows: 1..<2, n: 1, k: 1, .init(a.baseAddress!, width: 1), .init(b.baseAddress!, width: 1), into: &c)
      }
    }
    #expect(c == [-1, 20, -1])
  }

  @Test func rmsNormIsNumPys() {
    for (i, c) in oracle.rmsNorm.enumerated() {
      var y = c.x
      ReferenceKernels.rmsNorm(x: c.x, weight: c.weight, y: &y, count: y.count, epsilon: c.epsilon)
      check(y, c.y, "rmsNorm \(i)")
    }
  }

  @Test func swiGLUIsSciPys() {
    for (i, c) in oracle.swiGLU.enumerated() {
      var out = [Float](repeating: .nan, count: c.gate.count)
      ReferenceKernels.swiGLU(gate: c.gate, up: c.up, out: &out, count: out.count)
      check(out, c.y, "swiGLU \(i)")
    }
  }

  @Test func ropeIsComplexMultiplication() {
    for (i, c) in oracle.rope.enumerated() {
      var x = c.x
      ReferenceKernels.rope(&x, cos: c.cos, sin: c.sin, count: x.count, halves: c.halves)
      check(x, c.y, "rope \(i)")
    }
  }

  @Test func attentionIsNumPys() {
    for (i, c) in oracle.attention.enumerated() {
      var out = [Float](repeating: .nan, count: c.dim)
      ReferenceKernels.attention(
        q: c.q, headDim: c.dim, tokens: c.tokens, key: { c.keys[$0 * c.dim + $1] },
        value: { c.values[$0 * c.dim + $1] }, out: &out)
      check(out, c.y, "attention \(i)")
    }
  }

  /// Bit by bit, whichever lane a token has.
  @Test(arguments: [1, 7, 8, 9, 16, 17]) func tokensSideBySideGiveWhatGEMMDoes(tokens: Int) {
    let columns = 37
    func value(_ i: Int) -> Float { Float((i * 7919) % 1009) / 331 - 1.5 }
    let x = (0..<tokens * columns).map(value), w = (0..<columns).map { value(3 * $0 + 1) }
    var expected = [Float](repeating: .nan, count: tokens)
    ReferenceKernels.gemm(
      rows: 0..<tokens, n: 1, k: columns, ReferenceKernels.Matrix(x, width: columns),
      ReferenceKernels.Matrix(w, width: 1), into: &expected)
    let lanes = TokenLanes(tokens: tokens, columns: columns) { Double(x[$0 * columns + $1]) }
    #expect(lanes.products(w.map(Double.init)).map(Float.init) == expected)
    let magnitudes = lanes.magnitudes.products([Double](repeating: 1, count: columns))
    for (token, sum) in magnitudes.enumerated() {
      #expect(sum == x[token * columns..<(token + 1) * columns].reduce(0) { $0 + abs(Double($1)) })
    }
  }

  private func transposed(_ x: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { x[$0 * columns + column] } }
  }
}
