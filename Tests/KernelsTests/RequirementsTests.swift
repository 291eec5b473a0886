import Kernels
import Parallel
import QuantFormats
import Testing

/// Calls that no backend can answer.
enum Misuse: String, CaseIterable, Codable, Sendable {
  case noTokens, negativeTokens, linearInPlace, linearOverlap, otherLayout
  case noRows, gemvInPlace, gemmInPlace, emptyGEMM
  case emptyWeights, brokenBlocks, unknownFormat, ropeBeyondHead

  /// A part of the one line that is expected.
  var message: String {
    switch self {
    case .noTokens: "linear with 0 tokens: at least one is needed"
    case .negativeTokens: "linear with -3 tokens"
    case .linearInPlace, .linearOverlap: "linear: the result overlaps an operand"
    case .otherLayout: "used by"
    case .noRows: "gemv of 0 × 8: every dimension must be at least 1"
    case .gemvInPlace: "gemv: the result overlaps an operand"
    case .gemmInPlace: "gemm: the result overlaps an operand"
    case .emptyGEMM: "GEMM 4×0×4: every dimension must be at least 1"
    case .emptyWeights: "a weight matrix of 0 × 32 is empty"
    case .brokenBlocks: "rows of 48 are no whole blocks of Q8_0"
    case .unknownFormat: "weights in I8 are not supported"
    case .ropeBeyondHead: "RoPE over 8 of 4 elements"
    }
  }

  func commit(_ set: any KernelSet) {
    let data = UnsafeMutablePointer<Float>.allocate(capacity: 4096)
    data.update(repeating: 0, count: 4096)
    func linear(tokens: Int, y: Int) {
      let weights = set.prepare(WeightSource(data, format: .f16, rows: 8, columns: 32))
      set.linear(tokens: tokens, x: data, weights: weights, y: data + y)
    }
    switch self {
    case .noTokens: linear(tokens: 0, y: 2048)
    case .negativeTokens: linear(tokens: -3, y: 2048)
    case .linearInPlace: linear(tokens: 2, y: 0)
    case .linearOverlap: linear(tokens: 2, y: 63)
    case .otherLayout: useOthersWeights(set, data)
    case .noRows: set.gemv(rows: 0, columns: 8, w: data, x: data + 1024, y: data + 2048)
    case .gemvInPlace: set.gemv(rows: 8, columns: 8, w: data, x: data + 1024, y: data + 1031)
    case .gemmInPlace: set.gemm(GEMMShape(m: 4, n: 4, k: 4), a: data, b: data + 1024, c: data + 15)
    case .emptyGEMM: set.gemm(GEMMShape(m: 4, n: 0, k: 4), a: data, b: data + 1024, c: data + 2048)
    case .ropeBeyondHead:
      let one = [Float](repeating: 1, count: 8)
      let table = RoPETable(width: 8, pairing: .halves, cos: one, sin: one)
      set.rope(HeadRows(data, tokens: 1, heads: 1, headDim: 4), table: table, position: 0)
    default: prepare(set, data)
    }
  }

  private func useOthersWeights(_ set: any KernelSet, _ data: UnsafeMutablePointer<Float>) {
    let pool = ThreadPool(threads: 1)
    let other =
      set.name == "scalar" ? try? Backends.make("simd", pool: pool) : ReferenceKernelSet(pool: pool)
    let weights = other!.prepare(WeightSource(data, format: .q8_0, rows: 8, columns: 32))
    set.linear(tokens: 1, x: data, weights: weights, y: data + 2048)
  }

  private func prepare(_ set: any KernelSet, _ data: UnsafeMutablePointer<Float>) {
    switch self {
    case .emptyWeights: _ = set.prepare(WeightSource(data, format: .q8_0, rows: 0, columns: 32))
    case .brokenBlocks: _ = set.prepare(WeightSource(data, format: .q8_0, rows: 4, columns: 48))
    case .unknownFormat: _ = set.prepare(WeightSource(data, format: .i8, rows: 4, columns: 32))
    default: preconditionFailure("\(self) has no call")
    }
  }
}

extension KernelTests {
  @Suite struct RequirementsTests {
    @Test(arguments: Misuse.allCases, ["scalar", "simd"])
    func misuseEndsInOneLine(misuse: Misuse, backend: String) async throws {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        [misuse = misuse as Misuse, backend = backend as String] in
        misuse.commit(try Backends.make(backend, pool: ThreadPool(threads: 1)))
      }
      let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(text.contains(misuse.message), "\(text)")
    }
  }
}
