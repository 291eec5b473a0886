import Kernels
import Measurement
import Parallel

extension KernelCases {
  /// Rungs of the ladder, each faster than the one before by another means.
  public enum Rung: String, CaseIterable, Sendable {
    case naive = "scalar, 1 thread", simd = "simd, 1 thread", parallel = "simd, all threads"
  }

  /// One GEMM from a plain loop in one thread to SIMD in all threads: how much of a speed-up is the choice of what it
  /// is compared with.
  public static func ladder(pool: ThreadPool) throws -> Case {
    let one = ThreadPool(threads: 1)
    let rungs: [(Rung, any KernelSet)] = [
      (.naive, ReferenceKernelSet(pool: one)), (.simd, Backends.bestSIMD(pool: one)),
      (.parallel, Backends.bestSIMD(pool: pool)),
    ]
    let subject = gemmSubjects(.quick)[0]
    return try Case(
      id: "ladder.gemm.f32.512x512x512", title: "GEMM 512×512×512, from plain loop to all threads",
      work: subject.work, alternatives: rungs.map { subject.alternative($1, label: $0.rawValue) })
  }
}
