import Kernels
import QuantFormats
import ReferenceKernels
import Testing

extension KernelTests {
  @Suite struct GEMVTests {
    @Test(arguments: TestBackend.all) func allRemainders(backend: TestBackend) throws {
      let set = try backend.make()
      for columns in Array(1...70) + [127, 128, 129, 300] {
        let w = Values.random(13 * columns, seed: columns), x = Values.random(columns, seed: 7)
        for rows in 1...13 {
          if let fault = fault(set, w: Array(w.prefix(rows * columns)), x: x, rows: rows) {
            Issue.record("\(set.name) \(rows) × \(columns): \(fault)")
            return
          }
        }
      }
    }

    @Test(arguments: TestBackend.all) func manyRowsOnThreads(backend: TestBackend) throws {
      let set = try backend.make(threads: 3)
      for rows in [100, 255, 1001] {
        let w = Values.random(rows * 66, seed: rows), x = Values.random(66, seed: 7)
        if let fault = fault(set, w: w, x: x, rows: rows) { Issue.record("\(set.name) \(rows): \(fault)") }
      }
    }

    @Test(arguments: TestBackend.all) func extremeValues(backend: TestBackend) throws {
      let set = try backend.make()
      for (w, x) in GEMMTests.pairs + GEMMTests.pairs.map({ ($1, $0) }) {
        for (rows, columns) in [(1, 70), (7, 33), (5, 1)] {
          if let fault = fault(set, w: w.values(rows * columns), x: x.values(columns), rows: rows) {
            Issue.record("\(set.name) \(w.name) · \(x.name) \(rows) × \(columns): \(fault)")
          }
        }
      }
    }

    private func fault(_ set: any KernelSet, w: [Float], x: [Float], rows: Int) -> String? {
      let columns = x.count, out = Output(capacity: rows)
      let expected = GEMMProblem.product(rows, 1, columns, w, x)
      let magnitude = GEMMProblem.product(rows, 1, columns, w.map { abs($0) }, x.map { abs($0) })
      let (left, right) = (GuardedFloats(w), GuardedFloats(x))
      set.gemv(rows: rows, columns: columns, w: left.pointer, x: right.pointer, y: out.clear(rows))
      guard out.isIntact else { return "written outside of y" }
      return KernelsTests.fault(out.pointer, expected) {
        Tolerance.sum(terms: columns, magnitude: Double(magnitude[$0]))
      }
    }
  }

  @Suite struct LinearTests {
    static let rows = [1, 7, 8, 15, 16, 17, 31, 32, 33, 65, 100], columns = [1, 3, 16, 70, 300, 520]

    @Test(arguments: TestBackend.all, [1, 3])
    func floatWeights(backend: TestBackend, threads: Int) throws {
      try check(backend, threads: threads, .f32)
    }

    @Test(arguments: TestBackend.all) func halfWeights(backend: TestBackend) throws {
      try check(backend, threads: 1, .f16)
    }

    @Test(arguments: TestBackend.all, [TensorFormat.q4_0, .q6_k])
    func blockWeights(backend: TestBackend, format: TensorFormat) throws {
      try check(backend, threads: 1, format)
    }

    /// Prepares weights in `format` and compares with the floats that they stand for.
    private func check(_ backend: TestBackend, threads: Int, _ format: TensorFormat) throws {
      let set = try backend.make(threads: threads)
      for rows in Self.rows {
        let columns = format.blockElements == 1 ? Self.columns : [256, 512]
        for columns in columns where rows * columns <= 100 * 300 || rows == 33 {
          let bytes = WeightBytes(Values.random(rows * columns, seed: rows + columns), as: format)
          let problem = LinearProblem(w: bytes.floats, rows: rows, columns: columns)
          let weights = set.prepare(bytes.source(rows: rows, columns: columns))
          #expect(weights.rows == rows && weights.columns == columns)
          for tokens in 1...LinearProblem.tokens {
            guard let fault = problem.fault(set, weights, tokens: tokens) else { continue }
            Issue.record("\(set.name) \(tokens) tokens, \(rows) × \(columns): \(fault)")
            return
          }
        }
      }
    }
  }
}

/// Weights as they lie in a file, up to a page without access.
final class WeightBytes {
  private let memory: GuardedFloats
  private let format: TensorFormat
  /// What the weights stand for.
  let floats: [Float]

  init(_ values: [Float], as format: TensorFormat) {
    let bytes = format.rowBytes(values.count)!
    (memory, self.format) = (GuardedFloats(capacity: bytes), format)
    let start = UnsafeMutableRawPointer(memory.pointer) - bytes
    format.encode(values, elements: values.count, into: start)
    floats = .init(unsafeUninitializedCapacity: values.count) { out, count in
      format.decode(start, elements: values.count, into: out.baseAddress!)
      count = values.count
    }
  }

  func source(rows: Int, columns: Int) -> WeightSource {
    let start = UnsafeRawPointer(memory.pointer) - format.rowBytes(rows * columns)!
    return WeightSource(start, format: format, rows: rows, columns: columns)
  }
}

/// y = x · Wᵀ for up to 30 tokens; fewer tokens are the first rows of it.
final class LinearProblem {
  static let tokens = 30
  private let rows: Int, columns: Int
  private let x: [Float], expected: [Float], magnitude: [Float]

  init(w: [Float], rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    x = Values.random(Self.tokens * columns, seed: 3)
    let transposed = (0..<rows * columns).map { w[$0 % rows * columns + $0 / rows] }
    expected = GEMMProblem.product(Self.tokens, rows, columns, x, transposed)
    magnitude = GEMMProblem.product(
      Self.tokens, rows, columns, x.map { abs($0) }, transposed.map { abs($0) })
  }

  func fault(_ set: any KernelSet, _ weights: Weights, tokens: Int) -> String? {
    let input = GuardedFloats(Array(x.prefix(tokens * columns))), out = Output(capacity: tokens * rows)
    set.linear(tokens: tokens, x: input.pointer, weights: weights, y: out.clear(tokens * rows))
    guard out.isIntact else { return "written outside of y" }
    return KernelsTests.fault(out.pointer, Array(expected.prefix(tokens * rows))) {
      Tolerance.sum(terms: columns, magnitude: Double(magnitude[$0]))
    }
  }
}
