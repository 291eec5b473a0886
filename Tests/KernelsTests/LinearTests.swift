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
      for rows in Self.rows {
        for columns in Self.columns where rows * columns <= 100 * 300 || rows == 33 {
          try check(backend, threads: threads, .f32, rows: rows, columns: columns)
        }
      }
    }

    @Test(arguments: TestBackend.all, [TensorFormat.f32, .f16, .bf16])
    func elementwiseWeights(backend: TestBackend, format: TensorFormat) throws {
      for rows in 1...70 where rows < 34 || rows > 62 {
        try check(backend, threads: 1, format, rows: rows, columns: 1 + rows * 7 % 70)
      }
      try check(backend, threads: 3, format, rows: 100, columns: 1000)
    }

    /// Weights and activations as they come; `IntegerTests` have all remainders.
    @Test(arguments: TestBackend.all, [TensorFormat.q8_0, .q4_0, .q4_k, .q6_k, .q5_k])
    func blockWeights(backend: TestBackend, format: TensorFormat) throws {
      let step = format.blockElements
      for rows in [1, 13, 16, 33, 48, 70] {
        let columns = step * (1 + rows % (step == 32 ? 19 : 3))
        try check(backend, threads: rows % 8 == 0 ? 3 : 1, format, rows: rows, columns: columns)
      }
    }

    /// Pairs of bfloat16 may be multiplied by an instruction that has no subnormal numbers.
    @Test(arguments: TestBackend.all) func subnormalActivations(backend: TestBackend) throws {
      try check(backend, threads: 1, .bf16, rows: 17, columns: 9, scale: 0x1p-130)
    }

    /// Prepares weights in `format` and compares with the floats that they stand for, 1 … 70 tokens.
    private func check(
      _ backend: TestBackend, threads: Int, _ format: TensorFormat, rows: Int, columns: Int,
      scale: Float = 1
    ) throws {
      let set = try backend.make(threads: threads)
      let bytes = WeightBytes(Values.random(rows * columns, seed: rows + columns), as: format)
      let weights = set.prepare(bytes.source(rows: rows, columns: columns))
      #expect(weights.rows == rows && weights.columns == columns)
      let problem = LinearProblem(
        bytes, rows: rows, columns: columns,
        x: Values.random(LinearProblem.tokens * columns, seed: 3, scale: scale))
      let all = Array(1...LinearProblem.tokens)
      let tokens = rows % 16 == 1 ? all : all.filter { $0 <= 8 || $0 % 23 == rows % 23 }
      for tokens in tokens {
        guard let fault = problem.fault(set, weights, tokens: tokens) else { continue }
        Issue.record("\(set.name) \(tokens) tokens, \(rows) × \(columns): \(fault)")
        return
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

  private var start: UnsafeRawPointer {
    UnsafeRawPointer(memory.pointer) - format.rowBytes(floats.count)!
  }

  func source(rows: Int, columns: Int) -> WeightSource {
    WeightSource(start, format: format, rows: rows, columns: columns)
  }
}

/// y = x · Wᵀ for up to 70 tokens; fewer tokens are the first rows of it.
final class LinearProblem {
  static let tokens = 70
  private let w: WeightBytes, rows: Int, columns: Int
  private let x: [Float]
  private var known: [ActivationForm: Product] = [:]

  private struct Product {
    var expected: [Float] = [], magnitude: [Double] = [], operands: [Double] = []
  }

  init(_ w: WeightBytes, rows: Int, columns: Int, x: [Float]? = nil) {
    (self.w, self.rows, self.columns) = (w, rows, columns)
    self.x = x ?? Values.random(Self.tokens * columns, seed: 3)
  }

  private func product(_ form: ActivationForm) -> Product {
    if let product = known[form] { return product }
    let source = w.source(rows: rows, columns: columns)
    let sizes = (0..<rows).flatMap {
      source.magnitudes(row: $0, of: Array(w.floats[$0 * columns..<($0 + 1) * columns]))
    }
    var product = Product()
    for token in 0..<x.count / columns {
      let values = form.values(Array(x[token * columns..<(token + 1) * columns]), count: columns)
      for row in 0..<rows {
        var sum = 0.0, size = 0.0, operands = 0.0
        for k in 0..<columns {
          operands += abs(values[k]) + sizes[row * columns + k]
          sum += values[k] * form.weight(w.floats[row * columns + k])
          size += abs(values[k]) * sizes[row * columns + k]
        }
        product.expected.append(Float(sum))
        product.magnitude.append(size)
        product.operands.append(operands)
      }
    }
    known[form] = product
    return product
  }

  func fault(_ set: any KernelSet, _ weights: Weights, tokens: Int) -> String? {
    let input = GuardedFloats(Array(x.prefix(tokens * columns))), out = Output(capacity: tokens * rows)
    set.linear(tokens: tokens, x: input.pointer, weights: weights, y: out.clear(tokens * rows))
    guard out.isIntact else { return "written outside of y" }
    let form = weights.activations(tokens: tokens), right = product(form)
    return KernelsTests.fault(out.pointer, Array(right.expected.prefix(tokens * rows))) {
      let flushed =
        weights.splits(tokens: tokens)
        ? Tolerance.flushed(splitting: columns, operands: right.operands[$0])
        : form == .bf16 ? Tolerance.flushed(columns: columns, operands: right.operands[$0]) : 0
      return Tolerance.linear(columns: columns, activations: form, magnitude: right.magnitude[$0]) + flushed
    }
  }
}
