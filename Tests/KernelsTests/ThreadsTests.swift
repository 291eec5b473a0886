import Kernels
import QuantFormats
import Testing

extension KernelTests {
  /// How the work is divided changes nothing in the arithmetic of an element, so every bit is the same.
  @Suite struct ThreadsTests {
    @Test(arguments: TestBackend.steady) func threeThreadsGiveTheBitsOfOne(backend: TestBackend) throws {
      let one = try backend.make(), three = try backend.make(threads: 3)
      for (name, run) in Self.operations {
        let a = run(one), b = run(three)
        #expect(a.count == b.count && !a.contains { $0.isNaN })
        let differs = zip(a, b).enumerated().first { $1.0.bitPattern != $1.1.bitPattern }?.offset
        #expect(differs == nil, "\(one.name) \(name): element \(differs ?? 0) depends on the threads")
      }
    }

    typealias Run = @Sendable (any KernelSet) -> [Float]
    static let operations: [(name: String, run: Run)] = [
      ("gemm", { gemm($0, GEMMShape(m: 37, n: 301, k: 517)) }),
      ("gemm, A transposed", { gemm($0, GEMMShape(m: 200, n: 33, k: 70, transposeA: true)) }),
      ("gemm, B transposed", { gemm($0, GEMMShape(m: 25, n: 120, k: 300, transposeB: true)) }),
      ("gemv", gemv), ("linear 1", { linear($0, tokens: 1) }), ("linear 5", { linear($0, tokens: 5) }),
      ("linear 30", { linear($0, tokens: 30) }), ("rmsNorm", rmsNorm), ("softmax", softmax),
      ("gated 1", { gated($0, tokens: 1) }), ("gated 30", { gated($0, tokens: 30) }),
      ("swiGLU", swiGLU), ("add", add), ("rope", rope),
      ("decode", { attention($0, .init(heads: 26, kvHeads: 2, headDim: 48, position: 99)) }),
      ("decode, long", { attention($0, .init(heads: 6, kvHeads: 2, headDim: 48, position: 1500)) }),
      (
        "decode, q8_0",
        { attention($0, .init(heads: 4, headDim: 32, position: 700, keys: .q8_0, values: .q8_0)) }
      ),
      ("prefill", { attention($0, .init(tokens: 30, heads: 4, kvHeads: 2, headDim: 40, position: 37)) }),
    ]

    private static func gemm(_ set: any KernelSet, _ shape: GEMMShape) -> [Float] {
      var c = [Float](repeating: 0, count: shape.m * shape.n)
      set.gemm(
        shape, a: Values.random(shape.m * shape.k, seed: 1), b: Values.random(shape.k * shape.n, seed: 2),
        c: &c)
      return c
    }
    private static func gemv(_ set: any KernelSet) -> [Float] {
      var y = [Float](repeating: 0, count: 1003)
      set.gemv(
        rows: 1003, columns: 133, w: Values.random(1003 * 133, seed: 1), x: Values.random(133, seed: 2), y: &y
      )
      return y
    }
    private static func linear(_ set: any KernelSet, tokens: Int) -> [Float] {
      var y = [Float](repeating: 0, count: tokens * 301)
      let weights = Values.random(301 * 530, seed: 1).withUnsafeBytes {
        set.prepare(WeightSource($0.baseAddress!, format: .f32, rows: 301, columns: 530))
      }
      set.linear(tokens: tokens, x: Values.random(tokens * 530, seed: 2), weights: weights, y: &y)
      return y
    }
    private static func gated(_ set: any KernelSet, tokens: Int) -> [Float] {
      let problem = ProjectionProblem([.f32, .q8_0], rows: [301, 301])
      let gate = set.prepare(problem.source(0)), up = set.prepare(problem.source(1))
      var y = [Float](repeating: 0, count: tokens * 301)
      let norm = RowNorm(weight: problem.norm, epsilon: ProjectionProblem.epsilon)
      problem.x.withUnsafeBufferPointer { x in
        let input = ProjectionInput(x.baseAddress!, tokens: tokens, norm: norm)
        y.withUnsafeMutableBufferPointer {
          set.projectGated(input, gate: gate, up: up, into: $0.baseAddress!)
          set.project(input, Projections(Projection(up, into: $0.baseAddress!, accumulates: true)))
        }
      }
      return y
    }
    private static func rmsNorm(_ set: any KernelSet) -> [Float] {
      var y = [Float](repeating: 0, count: 11 * 67)
      Values.random(11 * 67, seed: 1).withUnsafeBufferPointer { x in
        Values.random(67, seed: 2).withUnsafeBufferPointer { weight in
          y.withUnsafeMutableBufferPointer {
            set.rmsNorm(
              RMSNormCall(
                x: x.baseAddress!, weight: weight.baseAddress!, y: $0.baseAddress!, rows: 11, width: 67,
                epsilon: 1e-5))
          }
        }
      }
      return y
    }
    private static func softmax(_ set: any KernelSet) -> [Float] {
      var x = Values.random(11 * 67, seed: 1, scale: 10)
      set.softmax(&x, rows: 11, width: 67)
      return x
    }
    private static func swiGLU(_ set: any KernelSet) -> [Float] {
      var out = [Float](repeating: 0, count: 50_007)
      set.swiGLU(
        gate: Values.random(out.count, seed: 1, scale: 100), up: Values.random(out.count, seed: 2), out: &out,
        count: out.count)
      return out
    }
    private static func add(_ set: any KernelSet) -> [Float] {
      var y = Values.random(200_003, seed: 1)
      set.add(Values.random(y.count, seed: 2), to: &y, count: y.count)
      return y
    }
    private static func rope(_ set: any KernelSet) -> [Float] {
      var x = Values.random(9 * 3 * 34, seed: 1)
      let table = RoPETable(
        width: 34, pairing: .halves, cos: Values.random(9 * 34, seed: 2), sin: Values.random(9 * 34, seed: 3))
      x.withUnsafeMutableBufferPointer {
        set.rope(HeadRows($0.baseAddress!, tokens: 9, heads: 3, headDim: 34), table: table, position: 0)
      }
      return x
    }
    private static func attention(_ set: any KernelSet, _ shape: AttentionProblem.Shape) -> [Float] {
      AttentionProblem(shape).result(set)
    }
  }
}
