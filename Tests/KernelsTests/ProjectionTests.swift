import Kernels
import QuantFormats
import ReferenceKernels
import Testing

extension KernelTests {
  @Suite struct ProjectionTests {
    static let formats: [[TensorFormat]] = [
      [.f32, .f32, .f32], [.f16, .bf16, .f16], [.q8_0, .q8_0, .q8_0], [.q4_0, .q4_0, .q4_0],
      [.q4_k, .q4_k, .q6_k], [.q6_k, .q8_0, .q5_k], [.f32, .q8_0, .q4_0],
    ]
    /// Every remainder of a tile, one token and many.
    static let tokens = Array(1...13) + [ProjectionProblem.tokens]

    @Test(arguments: formats) func manyProductsOfOneInput(formats: [TensorFormat]) throws {
      let problem = ProjectionProblem(formats, rows: [37, 16, 70])
      try forEachSet { set in
        let weights = (0..<3).map { set.prepare(problem.source($0)) }
        for tokens in Self.tokens {
          for count in 1...3 {
            // All that a call can ask for comes once with each number of tokens and of products.
            let asks = (
              normed: (tokens + count) % 4 != 0, biased: count != 2, accumulates: count + tokens % 2
            )
            if let fault = fault(set, problem, Array(weights.prefix(count)), tokens: tokens, asks) {
              Issue.record("\(set.name) \(formats) \(tokens) tokens, \(count) products: \(fault)")
              return
            }
          }
        }
      }
    }

    @Test(arguments: formats.map { [$0[0], $0[2]] }) func gated(formats: [TensorFormat]) throws {
      let problem = ProjectionProblem(formats, rows: [70, 70])
      try forEachSet { set in
        let gate = set.prepare(problem.source(0)), up = set.prepare(problem.source(1))
        for tokens in Self.tokens {
          if let fault = gatedFault(set, problem, gate, up, tokens: tokens) {
            Issue.record("\(set.name) \(formats) \(tokens) tokens: \(fault)")
            return
          }
        }
      }
    }

    /// A wide matrix is packed in several steps.
    @Test(arguments: [TensorFormat.f32, .f16, .bf16, .q8_0, .q4_0, .q4_k, .q6_k, .q5_k])
    func weightsThatAreNotPackedAtLoadGiveTheSame(format: TensorFormat) throws {
      let problem = ProjectionProblem([format, format], rows: [37, 900])
      try forEachSet { set in
        for i in 0..<2 {
          let prepared = set.prepare(problem.source(i)),
            adopted = set.adopt(problem.source(i), owner: problem)
          for tokens in [1, 5, ProjectionProblem.tokens] {
            let count = tokens * prepared.rows, y = Output(capacity: count), other = Output(capacity: count)
            set.linear(tokens: tokens, x: problem.x, weights: prepared, y: y.clear(count))
            set.linear(tokens: tokens, x: problem.x, weights: adopted, y: other.clear(count))
            let same = (0..<count).allSatisfy { y.pointer[$0].bitPattern == other.pointer[$0].bitPattern }
            #expect(same && y.isIntact && other.isIntact, "\(set.name), \(tokens) tokens, product \(i)")
          }
        }
      }
    }

    /// Who has the same layout multiplies the weights that another one prepared.
    @Test(arguments: [TensorFormat.bf16, .q8_0]) func sameLayoutMeansTheSameForms(format: TensorFormat) throws
    {
      let problem = ProjectionProblem([format], rows: [37])
      var known: [String: [ActivationForm]] = [:]
      try forEachSet { set in
        let weights = set.prepare(problem.source(0))
        let forms = (1...64).map { weights.activations(tokens: $0) }
        #expect(known[set.weightLayout] ?? forms == forms, "\(set.name): \(set.weightLayout)")
        known[set.weightLayout] = forms
      }
    }

    private func forEachSet(_ body: (any KernelSet) throws -> Void) throws {
      for backend in TestBackend.all {
        for threads in [1, 3] { try body(backend.make(threads: threads)) }
      }
    }

    /// - Parameter asks: `accumulates` says which product is added to what is there.
    private func fault(
      _ set: any KernelSet, _ problem: ProjectionProblem, _ weights: [Weights], tokens: Int,
      _ asks: (normed: Bool, biased: Bool, accumulates: Int)
    ) -> String? {
      let outputs = weights.map { Output(capacity: tokens * $0.rows) }
      let biases = weights.map { asks.biased ? Values.random($0.rows, seed: 5) : [] }
      let before = weights.map { Values.random(tokens * $0.rows, seed: 6) }
      let projections = weights.indices.map { i in
        let y = outputs[i].clear(tokens * weights[i].rows)
        let accumulates = asks.accumulates == i + 1
        if accumulates { y.update(from: before[i], count: before[i].count) }
        return Projection(weights[i], bias: biases[i], into: y, accumulates: accumulates)
      }
      let input = GuardedFloats(Array(problem.x.prefix(tokens * problem.columns)))
      set.project(
        ProjectionInput(input.pointer, tokens: tokens, norm: asks.normed ? Self.norm(problem) : nil),
        Projections(
          projections[0], projections.count > 1 ? projections[1] : nil,
          projections.count > 2 ? projections[2] : nil))
      for i in weights.indices {
        guard outputs[i].isIntact else { return "written outside of product \(i)" }
        let product = problem.product(i, weights[i].activations(tokens: tokens), normed: asks.normed)
        let fault = fault(
          outputs[i].pointer, product, count: tokens * weights[i].rows, bias: biases[i],
          before: asks.accumulates == i + 1 ? before[i] : [])
        if let fault { return "product \(i), \(asks): \(fault)" }
      }
      return nil
    }

    /// A sum of product, bias and what was there rounds twice.
    private func fault(
      _ seen: UnsafePointer<Float>, _ product: ProjectionProblem.Product, count: Int, bias: [Float],
      before: [Float]
    ) -> String? {
      var comparison = Comparison()
      for j in 0..<count {
        let bias = bias.isEmpty ? 0 : Double(bias[j % bias.count])
        let there = before.isEmpty ? 0 : Double(before[j])
        let size = abs(product.expected[j]) + abs(bias) + abs(there)
        comparison.add(
          Double(seen[j]), expected: product.expected[j] + bias + there,
          tolerance: product.tolerance[j] + Tolerance.chain(roundings: 1, magnitude: size), at: j)
      }
      return comparison.passed ? nil : comparison.summary
    }

    private static func norm(_ problem: ProjectionProblem) -> RowNorm {
      RowNorm(weight: problem.norm, epsilon: ProjectionProblem.epsilon)
    }

    private func gatedFault(
      _ set: any KernelSet, _ problem: ProjectionProblem, _ gate: Weights, _ up: Weights, tokens: Int
    ) -> String? {
      let count = tokens * gate.rows, out = Output(capacity: count), normed = tokens != 2
      let input = GuardedFloats(Array(problem.x.prefix(tokens * problem.columns)))
      set.projectGated(
        ProjectionInput(input.pointer, tokens: tokens, norm: normed ? Self.norm(problem) : nil), gate: gate,
        up: up, into: out.clear(count))
      guard out.isIntact else { return "written outside of out" }
      let g = problem.product(0, gate.activations(tokens: tokens), normed: normed)
      let u = problem.product(1, up.activations(tokens: tokens), normed: normed)
      var gates = g.expected.prefix(count).map { Float($0) }
      ReferenceKernels.swiGLU(
        gate: gates, up: u.expected.prefix(count).map { Float($0) }, out: &gates, count: count)
      return KernelsTests.fault(out.pointer, gates) { i in
        let size = abs(g.expected[i]) + g.tolerance[i], factor = abs(u.expected[i]) + u.tolerance[i]
        // |silu(g)| ≤ |g|, |silu′| < 1.1; and the oracle's operands are rounded.
        return 1.1 * g.tolerance[i] * factor + size * u.tolerance[i]
          + Tolerance.swiGLU(y: size * factor, gate: size, up: factor)
      }
    }
  }

  /// More activations than are packed at a time.
  @Suite struct ProjectionPartsTests {
    @Test(arguments: [TensorFormat.f32, .f16, .q8_0]) func secondPart(format: TensorFormat) throws {
      let columns = 32_768, tokens = 131, checked = 128..<131
      let bytes = WeightBytes(Values.random(3 * columns, seed: 1), as: format)
      let x = UnsafeMutablePointer<Float>.allocate(capacity: tokens * columns)
      defer { x.deallocate() }
      x.initialize(repeating: 0.5, count: tokens * columns)
      (x + checked.lowerBound * columns)
        .update(from: Values.random(checked.count * columns, seed: 2), count: checked.count * columns)
      for backend in TestBackend.all where backend.testDescription.hasPrefix("simd") {
        let set = try backend.make(threads: 3)
        let weights = set.prepare(bytes.source(rows: 3, columns: columns))
        var whole = [Float](repeating: 0, count: tokens * 3), part = [Float](repeating: 0, count: 9)
        set.linear(tokens: tokens, x: x, weights: weights, y: &whole)
        set.linear(tokens: checked.count, x: x + checked.lowerBound * columns, weights: weights, y: &part)
        let seen = Array(whole.suffix(9))
        let fault = KernelsTests.fault(seen, part) { _ in
          2 * Tolerance.sum(terms: columns, magnitude: Double(columns) / 4)
        }
        #expect(fault == nil && whole[0] == whole[3], "\(set.name) \(format)")
      }
    }
  }
}
