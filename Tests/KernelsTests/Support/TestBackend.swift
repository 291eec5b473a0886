import KernelTypes
import Machine
import Parallel
import Testing

@testable import Kernels

#if arch(x86_64)
  import SIMDKernelsWide
  import SIMDKernelsWideAMX
  import SIMDKernelsWideBF16
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
    /// The AVX-512 sources on AVX2 registers: without further instructions, with those for products of bytes and of
    /// bfloat16 spelled out, and with tiles of it.
    private static let wide: [TestBackend] =
      ISALevel.supported.contains(.avx2)
      ? [
        ("simd:wide", SIMDKernelsWide.kernelTable, nil), ("simd:wide-bf16", refinedWide, nil),
        ("simd:wide-amx", refinedWide, SIMDKernelsWideAMX.matrixTable),
      ].map {
        (name: String, table: @escaping @Sendable () -> SIMDTable, matrix: (@Sendable () -> MatrixTable)?) in
        TestBackend(testDescription: name) {
          SIMDKernelSet(name: name, table: table(), matrix: matrix?(), pool: $0)
        }
      } : []

    private static func refinedWide() -> SIMDTable {
      Backends.refined(
        SIMDKernelsWide.kernelTable(), SIMDKernelsWideBF16.integerTable(), SIMDKernelsWideBF16.brainTable())
    }
  #else
    private static let wide: [TestBackend] = []
  #endif
}
