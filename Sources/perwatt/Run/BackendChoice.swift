import KernelCases
import Kernels
import Measurement
import Parallel
import Quantities

/// The backends of a run, made once.
struct BackendChoice {
  var sets: [any KernelSet]
  /// What a reader should know about them, and hints about those that are missing.
  var notes: [String]

  /// The backends named, or all: the scalar reference, every SIMD build that this CPU executes, OpenBLAS as found and
  /// with its best core type.
  ///
  /// - Throws: `BackendError` for a name that was asked for and cannot be had, `Interrupted`.
  static func make(_ settings: RunSettings, pool: ThreadPool, sampler: Sampler) throws -> BackendChoice {
    let further = try settings.blas.map { try Backends.library(path: $0, pool: pool) }
    var choice = BackendChoice(sets: [], notes: [])
    if let names = settings.backends {
      choice.sets = try names.map { try Backends.make($0, pool: pool) }
    } else {
      choice.sets = try (["scalar"] + Backends.simdNames).map { try Backends.make($0, pool: pool) }
      try choice.addOpenBLAS(settings, pool: pool, sampler: sampler)
    }
    choice.sets += further
    try refuseTwice(choice.sets)
    choice.notes = choice.sets.compactMap(describe) + choice.notes
    return choice
  }

  /// Two names may stand for one backend, as `simd` does for the fastest SIMD build.
  private static func refuseTwice(_ sets: [any KernelSet]) throws(Failure) {
    for (index, set) in sets.enumerated() where sets[..<index].contains(where: { $0.name == set.name }) {
      throw Failure("the backend \(set.name) is named twice; name each one once")
    }
  }

  /// How much faster another core type must be at least to count as better: less is noise.
  private static let worthwhile = 1.02

  /// OpenBLAS as found, or a hint where it is missing; then every core type is timed on one GEMM, and the best added.
  /// Where that is the library's own choice, two columns show the same kernels, and with that the noise of the run.
  private mutating func addOpenBLAS(_ settings: RunSettings, pool: ThreadPool, sampler: Sampler) throws {
    let found: BLASKernelSet
    do throws(BackendError) {
      found = try Backends.openBLAS(coreType: nil, pool: pool)
    } catch {
      notes.append("\(error)")
      return
    }
    sets.append(found)
    let candidates = OpenBLASCoreType.supported.compactMap {
      try? Backends.make("openblas:\($0.rawValue)", pool: pool)
    }
    guard !candidates.isEmpty else { return }
    let results = try sampler.run(try KernelCases.coreTypeSweep([found] + candidates), plan: settings.plan)
    let own = candidates.first { $0.name == "openblas:\(found.library.coreType ?? "")" }
    guard let best = results.best(among: candidates.map(\.name)), let gain = results[0].ratio(over: best),
      let fastest = candidates.first(where: { $0.name == best.label })
    else { return }
    if let own, gain.low <= Self.worthwhile {
      sets.append(own)
      notes.append(
        "no core type of OpenBLAS is faster here than its own choice: openblas and \(own.name) differ by noise"
      )
      return
    }
    sets.append(fastest)
    let times = Format.fixed(gain.median, 2)
    notes.append("OpenBLAS as found takes \(times)× the time of OPENBLAS_CORETYPE=\(best.label.dropFirst(9))")
  }

  private static func describe(_ set: any KernelSet) -> String? {
    guard let blas = set as? BLASKernelSet else { return nil }
    let library = blas.library
    let chosen = library.coreType.map { "core type \($0)" } ?? "core type unknown"
    return "\(blas.name): \(library.path), \(chosen), \(library.configuration ?? "no version given")"
  }
}

extension [AlternativeResult] {
  /// The fastest of those with these labels.
  fileprivate func best(among labels: [String]) -> AlternativeResult? {
    filter { labels.contains($0.label) }.best
  }
}
