import BLAS
import Parallel

/// The backends `openblas` and `openblas:<core type>`: matrix products by the library, with its own threads; what
/// BLAS does not have (norms, RoPE, softmax, SwiGLU, attention) by the best SIMD set.
public final class BLASKernelSet: KernelSet {
  public let name: String
  public let operations: Set<Operation> = [.gemm, .gemv, .linear]
  public let weightLayout = Weights.rowMajor
  public let library: BLASLibrary
  public var pool: ThreadPool { rest.pool }
  public let workspace = ProjectionWorkspace()

  /// 2²⁰ ticks, for which `BLASLibrary` lets idle threads poll: under 1 ms of a time stamp counter, 44 ms of the slowest
  /// counter of Arm cores, 24 MHz.
  public var lingering: Double {
    #if arch(x86_64)
      pool.threads > 1 ? 0.001 : 0
    #else
      pool.threads > 1 ? 0.044 : 0
    #endif
  }

  private let rest: SIMDKernelSet

  init(name: String, library: BLASLibrary, rest: SIMDKernelSet) {
    (self.name, self.library, self.rest) = (name, library, rest)
  }

  /// Before every call. Threads that the library starts, at the latest here, must not inherit a pinned caller's CPU.
  public func enterLibrary() {
    pool.releaseCaller()
    library.use(threads: pool.threads)
  }

  public func gemm(
    _ s: GEMMShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
  ) {
    requireGEMM(s, a: a, b: b, c: c)
    enterLibrary()
    library.gemm(
      m: s.m, n: s.n, k: s.k, a: a, transposeA: s.transposeA, b: b, transposeB: s.transposeB, c: c,
      keeping: s.accumulates ? 1 : 0)
  }

  public func gemv(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    requireGEMV(rows: rows, columns: columns, w: w, x: x, y: y)
    enterLibrary()
    library.gemv(rows: rows, columns: columns, w: w, x: x, y: y)
  }

  public func prepare(_ source: WeightSource) -> Weights { Weights(rowMajor: source, pool: pool) }

  public func linear(tokens: Int, x: UnsafePointer<Float>, weights: Weights, y: UnsafeMutablePointer<Float>) {
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

  public func rmsNorm(_ call: RMSNormCall) { rest.rmsNorm(call) }

  public func rope(_ x: HeadRows, table: RoPETable, position: Int) {
    rest.rope(x, table: table, position: position)
  }

  public func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    rest.softmax(x, rows: rows, width: width)
  }

  public func swiGLU(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, count: Int
  ) {
    rest.swiGLU(gate: gate, up: up, out: out, count: count)
  }

  public func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
    rest.add(x, to: y, count: count)
  }

  public func store(_ call: KVStore) { rest.store(call) }

  public func attention(_ call: AttentionCall) { rest.attention(call) }

  public var rowKernels: RowKernels { rest.rowKernels }
}
