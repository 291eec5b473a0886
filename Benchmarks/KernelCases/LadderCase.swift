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

  /// Strong scaling: the same GEMM on ever more threads, as a plain loop and with SIMD. A speed-up over its own single
  /// thread says little of speed.
  public static func scaling(pool: ThreadPool) throws -> Case {
    let subject = gemmSubjects(.quick)[0]
    let alternatives = threadCounts(upTo: pool.threads).flatMap { count in
      let pool = count == pool.threads ? pool : ThreadPool(threads: count)
      return [
        subject.alternative(
          ReferenceKernelSet(pool: pool), label: scalingLabel(naive: true, threads: count)),
        subject.alternative(
          Backends.bestSIMD(pool: pool), label: scalingLabel(naive: false, threads: count)),
      ]
    }
    return try Case(
      id: "scaling.gemm.f32.512x512x512", title: "GEMM 512×512×512 on 1 to \(pool.threads) threads",
      work: subject.work, alternatives: alternatives)
  }

  /// 1, 2, 4 … and all of them.
  public static func threadCounts(upTo most: Int) -> [Int] {
    let powers = (0..<11).map { 1 << $0 }.filter { $0 < most }
    return powers + [max(most, 1)]
  }

  public static func scalingLabel(naive: Bool, threads: Int) -> String {
    "\(naive ? "scalar" : "simd"), \(threads) thread\(threads == 1 ? "" : "s")"
  }
}
