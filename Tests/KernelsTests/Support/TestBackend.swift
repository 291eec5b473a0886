import Machine
import Parallel
import Testing

@testable import Kernels

#if arch(x86_64)
  import SIMDKernelsWide
#endif

/// All suites of the kernels, one after the other: BLAS libraries have one thread count for the whole process.
@Suite(.serialized) enum KernelTests {}

/// A backend that can be had here, by name, so that failures say which one it was.
struct TestBackend: CustomTestStringConvertible, Sendable {
  let testDescription: String
  private let makeSet: @Sendable (ThreadPool) -> (any KernelSet)?

  /// A set with a pool of its own.
  func make(threads: Int = 1) throws -> any KernelSet {
    try #require(makeSet(ThreadPool(threads: threads)))
  }

  /// Everything that the registry offers and that is installed, and the wide build. `simd` is one of the others.
  static let all: [TestBackend] = {
    let registered = Backends.names.filter { $0 != "simd" }.map { name in
      TestBackend(testDescription: name) { try? Backends.make(name, pool: $0) }
    }
    return (registered + wide).filter { $0.makeSet(ThreadPool(threads: 1)) != nil }
  }()

  /// Those whose results do not depend on how many threads there are.
  static let steady = all.filter { !$0.testDescription.hasPrefix("openblas") }

  #if arch(x86_64)
    /// The AVX-512 sources on AVX2 registers.
    private static let wide =
      ISALevel.supported.contains(.avx2)
      ? [
        TestBackend(testDescription: "simd:wide") {
          SIMDKernelSet(name: "simd:wide", table: .wide, pool: $0)
        }
      ] : []
  #else
    private static let wide: [TestBackend] = []
  #endif
}

#if arch(x86_64)
  extension SIMDTable {
    static let wide = SIMDTable(
      panelRows: SIMDKernelsWide.panelRows, panelColumns: SIMDKernelsWide.panelColumns,
      packA: SIMDKernelsWide.packA, packB: SIMDKernelsWide.packB, gemm: SIMDKernelsWide.gemm,
      gemmSmall: SIMDKernelsWide.gemmSmall, gemv: SIMDKernelsWide.gemv,
      rmsNorm: SIMDKernelsWide.rmsNorm, swiGLU: SIMDKernelsWide.swiGLU, add: SIMDKernelsWide.add,
      softmax: SIMDKernelsWide.softmax,
      ropeAdjacent: SIMDKernelsWide.ropeAdjacent, ropeHalves: SIMDKernelsWide.ropeHalves,
      attention: SIMDKernelsWide.attention, attentionScratch: SIMDKernelsWide.attentionScratch,
      mergeAttention: SIMDKernelsWide.mergeAttention, storeKeys: SIMDKernelsWide.storeKeys,
      storeValues: SIMDKernelsWide.storeValues,
      multiplyAddProbe: SIMDKernelsWide.multiplyAddProbe,
      multiplyAddProbeFLOPs: SIMDKernelsWide.multiplyAddProbeFLOPs,
      readProbe: SIMDKernelsWide.readProbe,
      byteStep: SIMDKernelsWide.byteStep, bytesAreUnsigned: SIMDKernelsWide.bytesAreUnsigned,
      panelScratchFloats: SIMDKernelsWide.panelScratchFloats,
      largestTokenChunk: SIMDKernelsWide.largestTokenChunk, quantise: SIMDKernelsWide.quantise,
      multiplyQ8_0: SIMDKernelsWide.multiplyQ8_0, multiplyQ4_0: SIMDKernelsWide.multiplyQ4_0,
      multiplyQ4_K: SIMDKernelsWide.multiplyQ4_K, multiplyQ6_K: SIMDKernelsWide.multiplyQ6_K,
      multiplyF16: SIMDKernelsWide.multiplyF16, multiplyBF16: SIMDKernelsWide.multiplyBF16,
      widenF16: SIMDKernelsWide.widenF16, widenBF16: SIMDKernelsWide.widenBF16)
  }
#endif
