import Kernels
import Measurement
import Quantities
import ReferenceKernels
import Statistics

/// y (tokens × rows) = x (tokens × columns) · Wᵀ, W (rows × columns), and its check. The operands are made when they
/// are first used, so that a list of cases takes no memory.
final class Product {
  let tokens: Int, rows: Int, columns: Int
  private(set) lazy var x = Operand(tokens * columns, seed: 1)
  private(set) lazy var w = Operand(rows * columns, seed: 2)
  private(set) lazy var y = Operand(tokens * rows)
  private let xAt: (_ token: Int, _ k: Int) -> Int
  private let wAt: (_ row: Int, _ k: Int) -> Int

  /// C = op(A) · op(B): x is op(A), W is op(B)ᵀ.
  init(_ shape: GEMMShape) {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    (tokens, rows, columns) = (m, n, k)
    xAt = shape.transposeA ? { $1 * m + $0 } : { $0 * k + $1 }
    wAt = shape.transposeB ? { $0 * k + $1 } : { $1 * n + $0 }
  }

  convenience init(tokens: Int, rows: Int, columns: Int) {
    self.init(GEMMShape(m: tokens, n: rows, k: columns, transposeB: true))
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
        let product = w[wAt(row, k)] * r[row]
        combined[k] += product
        magnitudes[k] += abs(product)
      }
    }
    for token in 0..<tokens {
      let seen = (0..<rows).reduce(0) { $0 + y[token * rows + $1] * r[$1] }
      var expected = 0.0, magnitude = 0.0
      for k in 0..<columns {
        expected += x[xAt(token, k)] * combined[k]
        magnitude += abs(x[xAt(token, k)]) * magnitudes[k]
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
        let product = x[xAt(token, k)] * w[wAt(row, k)]
        expected += product
        magnitude += abs(product)
      }
      let bound = Tolerance.sum(terms: columns, magnitude: magnitude)
      found.add(y[token * rows + row], expected: expected, tolerance: bound, at: token * rows + row)
    }
  }
}
