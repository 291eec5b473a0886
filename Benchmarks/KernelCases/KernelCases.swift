import Kernels
import Measurement
import Quantities
import ReferenceKernels

/// The kernel suite: every operation at transformer shapes, the backends side by side.
public enum KernelCases {
  /// Work above which the scalar reference is left out: one call would take seconds.
  static let scalarLimit = FLOPs(0.6e9)

  /// How many cases.
  public enum Extent: Sendable {
    /// One shape for each operation.
    case quick
    /// Some shapes, as a part of a whole run.
    case brief
    /// Every shape.
    case full
  }

  /// Every operation in float32, the backends side by side.
  ///
  /// - Throws: `InvalidCase` only if two backends have one name.
  public static func all(sets: [any KernelSet], extent: Extent) throws -> [Case] {
    let subjects = gemmSubjects(extent) + gemvSubjects(extent) + linearSubjects(extent)
    let rest = [rmsNormSubject(), ropeSubject(), softmaxSubject(), swiGLUSubject()]
    return try (subjects + rest + attentionSubjects()).compactMap { try $0.measured(by: sets) }
  }
}

/// One operation on one set of operands: how to run it with any backend, and how to tell whether the result is right.
struct KernelSubject {
  let id: String
  let title: String
  let operation: Operation
  let work: Work
  /// Brings the operands to their start and spoils the output, so that an old result cannot pass.
  let reset: () -> Void
  let run: (any KernelSet) -> Void
  let compare: () -> Comparison

  /// The case with an alternative for each backend that has the operation itself; nil without any.
  func measured(by sets: [any KernelSet]) throws -> Case? {
    let able = sets.filter { $0.operations.contains(operation) }
    guard !able.isEmpty else { return nil }
    let alternatives = able.map { set in
      isTooSlow(set)
        ? Alternative(skipped: set.name, reason: "above 0.6 GFLOP one call takes too long")
        : alternative(set, label: set.name)
    }
    return try Case(id: id, title: title, work: work, alternatives: alternatives)
  }

  private func isTooSlow(_ set: any KernelSet) -> Bool {
    set is ReferenceKernelSet && (work.flops ?? .zero) > KernelCases.scalarLimit
  }

  func alternative(_ set: any KernelSet, label: String) -> Alternative {
    Alternative(
      label, cooldown: Seconds(set.lingering),
      check: {
        reset()
        run(set)
        return CheckResult(compare())
      },
      body: { for _ in 0..<$0 { run(set) } })
  }
}
