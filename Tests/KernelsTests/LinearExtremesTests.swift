import Kernels
import QuantFormats
import ReferenceKernels
import Testing

extension KernelTests {
  /// Products with weights of all formats where numbers are zero, tiny, huge or none.
  @Suite struct LinearExtremesTests {
    static let formats: [TensorFormat] = [.f32, .f16, .bf16, .q8_0, .q4_0, .q4_k, .q6_k]
    private static let rows = 35, columns = 512, tokens = 14
    /// Enough for tiles of bfloat16.
    private static let many = 65

    private typealias V = Values
    /// Weights that a half's scale can still hold.
    private static let coarse = V.Pattern(name: "±30000") {
      ($0.isMultiple(of: 3) ? -3e4 : 3e4) * Float($0 % 7 + 1) / 7
    }
    private static let fine = V.Pattern(name: "±0.01") { Float(($0 * 37) % 101 - 50) / 5000 }
    /// One weight in a block that leaves no level for the others.
    private static let spikes = V.Pattern(name: "spikes") { $0 % 32 == 7 ? 1000 : Float($0 % 11 - 5) / 80 }
    private static let outliers = V.Pattern(name: "an outlier a block") {
      $0 % 32 == $0 / 32 % 32 ? -1e30 : Float($0 % 11 - 5) / 8
    }
    /// Near the largest float, once for each token: a sum of two would overflow.
    private static let largest = V.Pattern(name: "3e38") {
      $0 % columns == 77 ? 3e38 : Float($0 % 11 - 5) * 1e30
    }

    private static let pairs: [(x: V.Pattern, w: V.Pattern)] = [
      (V.zeros, V.mixed), (V.minusZeros, V.mixed), (V.signedZeros, coarse), (V.denormals, V.mixed),
      (V.denormals, coarse), (V.denormals, V.zeros), (V.mixed, V.zeros), (V.mixed, V.minusZeros),
      (V.mixed, V.denormals), (V.mixed, coarse), (V.mixed, spikes), (V.tiny, fine), (V.tiny, V.tiny),
      (V.large, V.mixed), (outliers, V.mixed), (outliers, spikes), (largest, fine),
    ]

    @Test(arguments: TestBackend.all, formats)
    func extremeValues(backend: TestBackend, format: TensorFormat) throws {
      let set = try backend.make(), (rows, columns) = (Self.rows, Self.columns)
      for pair in Self.pairs {
        let bytes = WeightBytes(pair.w.values(rows * columns), as: format)
        let weights = set.prepare(bytes.source(rows: rows, columns: columns))
        let problem = LinearProblem(
          bytes, rows: rows, columns: columns, x: pair.x.values(Self.many * columns))
        for tokens in [1, 5, Self.tokens, Self.many] {
          guard let fault = problem.fault(set, weights, tokens: tokens) else { continue }
          Issue.record("\(set.name) \(pair.x.name) · \(pair.w.name), \(tokens) tokens: \(fault)")
        }
      }
    }

    /// Tensors of a file may lie at any address.
    @Test(arguments: TestBackend.all, formats)
    func weightsLieAnywhere(backend: TestBackend, format: TensorFormat) throws {
      let set = try backend.make(), (rows, columns) = (Self.rows, Self.columns)
      let values = Values.random(rows * columns, seed: 4), size = rows * format.rowBytes(columns)!
      let memory = UnsafeMutableRawPointer.allocate(byteCount: size + 3, alignment: 64)
      defer { memory.deallocate() }
      let results = [0, 1, 2, 3].map { offset in
        format.encode(values, elements: values.count, into: memory + offset)
        let source = WeightSource(memory + offset, format: format, rows: rows, columns: columns)
        return product(set, set.prepare(source), tokens: 3)
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }

    /// y of random weights and activations, after `spoil` has changed some of the latter.
    private func product(
      _ set: any KernelSet, _ weights: Weights, tokens: Int, _ spoil: (inout [Float]) -> Void = { _ in }
    ) -> [Float] {
      var x = Values.random(tokens * weights.columns, seed: 3)
      spoil(&x)
      var y = [Float](repeating: canary, count: tokens * weights.rows)
      set.linear(tokens: tokens, x: x, weights: weights, y: &y)
      return y
    }

    /// A token that is not a number throughout its results, or not finite where nothing is quantised, leaves the others
    /// as they are, to the bit.
    @Test(arguments: TestBackend.all, formats)
    func onlyTheirOwnTokenSuffers(backend: TestBackend, format: TensorFormat) throws {
      let set = try backend.make(), (rows, columns) = (Self.rows, Self.columns)
      let bytes = WeightBytes(Values.random(rows * columns, seed: 4), as: format)
      let weights = set.prepare(bytes.source(rows: rows, columns: columns))
      for tokens in [1, 4, Self.tokens, Self.many] {
        let clean = product(set, weights, tokens: tokens)
        for (i, bad) in [Float.nan, canary, .infinity, -.infinity].enumerated() {
          let victim = (tokens - 1) * i / 3
          let y = product(set, weights, tokens: tokens) { $0[victim * columns + 100 * i + 9] = bad }
          for at in y.indices where at / rows != victim {
            guard y[at].bitPattern != clean[at].bitPattern else { continue }
            return #expect(Bool(false), "\(set.name): token \(victim) of \(tokens) changes \(at / rows)")
          }
          let own = y[victim * rows..<(victim + 1) * rows],
            isNumber = bad.isInfinite && weights.activations(tokens: tokens) != .int8
          #expect(
            own.allSatisfy { isNumber ? !$0.isFinite : $0.isNaN }, "\(set.name) \(tokens) tokens, \(bad)")
        }
      }
    }

    /// A block whose scale is no number, or infinite, as it decodes: its row is not finite, the others stay.
    @Test(arguments: TestBackend.all, QuantisedBlocks.formats)
    func onlyTheirOwnRowSuffers(backend: TestBackend, format: TensorFormat) throws {
      let set = try backend.make(), (rows, columns) = (Self.rows, Self.columns)
      let blocks = QuantisedBlocks(random: format, rows: rows, columns: columns, seed: 6)
      let weights = blocks.prepare(for: set, rows: rows)
      for (victim, bits) in [(0, 0x7C00 as UInt16), (16, 0xFC00), (34, 0x7E00), (20, 0x7C01)] {
        var spoiled = blocks
        var count = 0
        let perRow = columns / format.blockElements * (format == .q4_k ? 2 : 1)
        spoiled.changeHalves { half in
          defer { count += 1 }
          return count == victim * perRow + perRow / 2 ? bits : half
        }
        let other = spoiled.prepare(for: set, rows: rows)
        for tokens in [1, Self.tokens, Self.many] {
          let clean = product(set, weights, tokens: tokens), y = product(set, other, tokens: tokens)
          let right = y.indices.allSatisfy {
            guard $0 % rows == victim else { return y[$0].bitPattern == clean[$0].bitPattern }
            return bits & 0x3FF == 0 ? !y[$0].isFinite : y[$0].isNaN
          }
          #expect(right, "\(set.name), scale \(bits) in row \(victim), \(tokens) tokens")
        }
      }
    }
  }
}
