import Kernels
import Measurement
import Quantities
import ReferenceKernels
import Statistics

extension KernelCases {
  /// y = x · Wᵀ with nothing prepared: both operands are packed inside the timing, as a BLAS library does.
  static func gemmSubjects(quick: Bool) -> [KernelSubject] {
    let shapes = quick ? [(512, 512, 512)] : [(512, 512, 512), (512, 2048, 512), (1024, 1024, 1024)]
    return shapes.map { m, n, k in
      let p = Product(tokens: m, rows: n, columns: k)
      let shape = GEMMShape(m: m, n: n, k: k, transposeB: true)
      return p.subject(id: "kernel.gemm.f32.\(m)x\(n)x\(k)", title: "GEMM \(m)×\(n)×\(k)", operation: .gemm) {
        $0.gemm(shape, a: p.x.data, b: p.w.data, c: p.y.data)
      }
    }
  }

  /// y = W · x with W as it lies in memory; the larger one comes from memory on every call.
  static func gemvSubjects(quick: Bool) -> [KernelSubject] {
    let shapes = quick ? [(8192, 4096)] : [(2048, 2048), (8192, 4096)]
    return shapes.map { rows, columns in
      let p = Product(tokens: 1, rows: rows, columns: columns)
      return p.subject(
        id: "kernel.gemv.f32.\(rows)x\(columns)", title: "GEMV \(rows)×\(columns)", operation: .gemv
      ) {
        $0.gemv(rows: rows, columns: columns, w: p.w.data, x: p.x.data, y: p.y.data)
      }
    }
  }

  /// y = x · Wᵀ with weights that were brought into the backend's layout beforehand, as at the load of a model.
  static func linearSubjects(quick: Bool) -> [KernelSubject] {
    let shapes = quick ? [(128, 2048, 2048)] : [(4, 2048, 2048), (128, 2048, 2048)]
    return shapes.map { tokens, rows, columns in
      let p = Product(tokens: tokens, rows: rows, columns: columns)
      var prepared: [String: Weights] = [:]
      let id = "kernel.linear.f32.\(tokens)x\(rows)x\(columns)"
      return p.subject(id: id, title: "linear \(tokens)×\(rows)×\(columns)", operation: .linear) { set in
        let source = { WeightSource(p.w.data, format: .f32, rows: rows, columns: columns) }
        let weights = prepared[set.weightLayout] ?? set.prepare(source())
        prepared[set.weightLayout] = weights
        set.linear(tokens: tokens, x: p.x.data, weights: weights, y: p.y.data)
      }
    }
  }
}

/// y (tokens × rows) = x (tokens × columns) · Wᵀ, W (rows × columns), and its check.
final class Product {
  let tokens: Int, rows: Int, columns: Int
  let x: Operand, w: Operand, y: Operand

  init(tokens: Int, rows: Int, columns: Int) {
    (self.tokens, self.rows, self.columns) = (tokens, rows, columns)
    x = Operand(tokens * columns, seed: 1)
    w = Operand(rows * columns, seed: 2)
    y = Operand(tokens * rows)
  }

  func subject(id: String, title: String, operation: Operation, run: @escaping (any KernelSet) -> Void)
    -> KernelSubject
  {
    let bytes = 4 * (tokens * columns + rows * columns + tokens * rows)
    return KernelSubject(
      id: id, title: title, operation: operation,
      work: Work(flops: FLOPs(2 * tokens * rows * columns), bytes: Bytes(bytes)), reset: { self.y.spoil() },
      run: run, compare: compare)
  }

  /// Compares whole rows with the reference, and all of y by one random combination of its columns: y · r against
  /// x · (Wᵀ · r), which is quadratic work (Freivalds 1977).
  func compare() -> Comparison {
    var found = Comparison()
    for token in Set([0, tokens / 3, tokens - 1]) { compareRow(token, &found) }
    var random = SeededGenerator(seed: 3)
    let r = (0..<rows).map { _ in Double(random.symmetric()) }
    var combined = [Double](repeating: 0, count: columns), magnitudes = combined
    for row in 0..<rows {
      for k in 0..<columns {
        combined[k] += w[row * columns + k] * r[row]
        magnitudes[k] += abs(w[row * columns + k] * r[row])
      }
    }
    for token in 0..<tokens {
      let seen = (0..<rows).reduce(0) { $0 + y[token * rows + $1] * r[$1] }
      var expected = 0.0, magnitude = 0.0
      for k in 0..<columns {
        expected += x[token * columns + k] * combined[k]
        magnitude += abs(x[token * columns + k]) * magnitudes[k]
      }
      let bound = Tolerance.sum(terms: columns, magnitude: magnitude)
      found.add(seen, expected: expected, tolerance: bound, at: token * rows)
    }
    return found
  }

  private func compareRow(_ token: Int, _ found: inout Comparison) {
    for row in 0..<rows {
      var expected = 0.0, magnitude = 0.0
      for k in 0..<columns {
        let product = x[token * columns + k] * w[row * columns + k]
        expected += product
        magnitude += abs(product)
      }
      let bound = Tolerance.sum(terms: columns, magnitude: magnitude)
      found.add(y[token * rows + row], expected: expected, tolerance: bound, at: token * rows + row)
    }
  }
}
