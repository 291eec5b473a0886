import Kernels
import Testing

extension KernelTests {
  @Suite struct AttentionTests {
    typealias Shape = AttentionProblem.Shape
    static let dims = [1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 64, 65, 100, 128, 130]
    /// Formats of keys and values.
    static let formats: [(keys: KVFormat, values: KVFormat)] = [
      (.f32, .f32), (.f16, .f16), (.q8_0, .q8_0), (.f16, .q8_0), (.q8_0, .f32),
    ]

    private func check(_ problem: AttentionProblem, _ sets: [any KernelSet]) -> Bool {
      for set in sets {
        guard let fault = problem.fault(set) else { continue }
        Issue.record("\(set.name) \(problem.shape): \(fault)")
        return false
      }
      return true
    }

    /// The shape in each pair of formats that holds it.
    private func check(_ shape: Shape, _ sets: [any KernelSet]) -> Bool {
      Self.formats.allSatisfy { keys, values in
        guard [keys, values].allSatisfy({ KVLayout.allows($0, headDim: shape.headDim) }) else { return true }
        var shape = shape
        (shape.keys, shape.values) = (keys, values)
        return check(AttentionProblem(shape), sets)
      }
    }

    /// Groups beyond the rows of every tile; contexts at both sides of a tile of keys and of a block of tokens.
    @Test(arguments: 1...13) func decode(group: Int) throws {
      let sets = try TestBackend.all.map { try $0.make() }
      for (i, headDim) in Self.dims.enumerated() {
        for (j, context) in [1, 2, 31, 32, 33, 64, 65, 100, 256, 257].enumerated()
        where (i + j + group) % 2 == 0 {
          let kvHeads = context % 2 + 1
          let shape = Shape(
            heads: group * kvHeads, kvHeads: kvHeads, headDim: headDim, position: context - 1)
          guard check(shape, sets) else { return }
        }
      }
    }

    @Test(arguments: 1...70) func headDimensions(headDim: Int) throws {
      let sets = try TestBackend.all.map { try $0.make() }
      for shape in [
        Shape(heads: 4, kvHeads: 2, headDim: headDim, position: headDim * 5 % 71),
        Shape(tokens: 3, heads: 5, headDim: headDim, position: headDim * 7 % 64),
      ] { guard check(shape, sets) else { return } }
    }

    @Test(arguments: [2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 25, 33]) func prefill(tokens: Int) throws {
      let sets = try TestBackend.all.map { try $0.make() }
      for headDim in [1, 4, 17, 32, 33, 64, 130] {
        for position in [0, 1, 20, 31, 32, 40] {
          var shape = Shape(tokens: tokens, heads: 2, kvHeads: 1, headDim: headDim, position: position)
          if position.isMultiple(of: 2) { (shape.heads, shape.kvHeads, shape.gap) = (3, 3, 5) }
          guard check(shape, sets) else { return }
        }
      }
    }

    /// Several chunks of rows, several blocks of tokens, rows that see nothing of the last ones.
    @Test func longPrompts() throws {
      let sets = try TestBackend.all.map { try $0.make() }
      for (tokens, position) in [(130, 0), (97, 257), (261, 3)] {
        guard check(Shape(tokens: tokens, heads: 3, headDim: 32, position: position), sets) else { return }
      }
    }

    /// So many cached tokens that ranges of them are tasks of their own.
    @Test(arguments: [(1, 511), (1, 512), (1, 1100), (3, 1023), (2, 5000)])
    func longContexts(tokens: Int, position: Int) throws {
      let sets = try TestBackend.all.map { try $0.make(threads: 2) }
      let shape = Shape(tokens: tokens, heads: 6, kvHeads: 2, headDim: 32, position: position)
      guard check(shape, sets) else { return }
    }

    @Test func threeThreads() throws {
      let sets = try TestBackend.all.map { try $0.make(threads: 3) }
      for tokens in [1, 4, 30] {
        guard check(Shape(tokens: tokens, heads: 28, kvHeads: 2, headDim: 33, position: 40), sets) else {
          return
        }
      }
    }

    private typealias V = Values
    private static let wide = V.Pattern(name: "±50") { Float(($0 * 37) % 101 - 50) }
    private static let cases: [(V.Pattern, V.Pattern, V.Pattern)] = [
      (V.zeros, V.mixed, V.mixed), (V.mixed, V.zeros, V.mixed), (V.mixed, V.mixed, V.zeros),
      (V.mixed, V.mixed, V.signedZeros), (V.denormals, V.denormals, V.denormals), (wide, wide, V.mixed),
      (V.large, V.tiny, V.large), (V.mixed, V.mixed, V.outlier), (V.mixed, V.mixed, V.large),
      (wide, wide, V.large),
      (V.denormals, V.large, V.mixed),
    ]
    /// Halves end at ±65,504; below 6.1e-5 they are subnormal.
    private static let halfCases: [(V.Pattern, V.Pattern, V.Pattern)] = [
      (V.zeros, V.mixed, V.mixed), (V.mixed, V.zeros, V.signedZeros), (wide, wide, V.mixed),
      (V.mixed, V.mixed, V.halfOutlier), (V.mixed, V.halfSubnormal, V.halfSubnormal),
      (V.tiny, V.halfLarge, V.halfLarge), (V.mixed, V.denormals, V.denormals),
    ]

    /// Sharp, flat and lost weights; values of very different sizes.
    @Test(arguments: KVFormat.allCases) func extremeValues(format: KVFormat) throws {
      let sets = try TestBackend.all.map { try $0.make() }
      let headDims = format == .q8_0 ? (64, 32) : (17, 8)
      for (q, keys, values) in format == .f32 ? Self.cases : Self.halfCases {
        for var shape in [
          Shape(heads: 7, headDim: headDims.0, position: 65),
          Shape(tokens: 13, heads: 2, headDim: headDims.1, position: 30),
        ] {
          (shape.keys, shape.values) = (format, format)
          let cached = shape.context * shape.headDim
          let problem = AttentionProblem(
            shape, q: q.values(shape.floats), keys: keys.values(cached), values: values.values(cached))
          if !check(problem, sets) { Issue.record("q \(q.name), keys \(keys.name), values \(values.name)") }
        }
      }
    }

    /// One key is far above the rest, so that the result is its value to the bit.
    @Test(arguments: [0, 1, 31, 32, 40, 255, 256, 600]) func picksOneToken(token: Int) throws {
      let sets = try TestBackend.all.map { try $0.make() }
      let shape = Shape(heads: 3, headDim: 16, position: max(40, token))
      var keys = [Float](repeating: 0, count: shape.context * shape.headDim)
      for i in 0..<16 { keys[token * 16 + i] = 100 }
      let q = [Float](repeating: 10, count: shape.floats)
      let values = Values.random(keys.count, seed: 4), picked = values[token * 16..<token * 16 + 16]
      let problem = AttentionProblem(shape, q: q, keys: keys, values: values)
      for set in sets {
        let result = problem.result(set)
        #expect(result == Array([picked, picked, picked].joined()), "\(set.name)")
      }
    }
  }
}
