import Kernels
import Measurement

extension KernelCases {
  /// One GEMM by OpenBLAS as found and by each of its kernel families that this CPU executes: libraries pick the wrong
  /// one for CPUs that they do not know.
  public static func coreTypeSweep(_ sets: [any KernelSet]) throws -> Case {
    let subject = gemmSubjects(.quick)[0]
    return try Case(
      id: "sweep.openblas.512x512x512", title: "OpenBLAS core types on GEMM 512×512×512", work: subject.work,
      alternatives: sets.map { subject.alternative($0, label: $0.name) })
  }
}
