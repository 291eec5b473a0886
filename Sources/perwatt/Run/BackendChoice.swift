import KernelCases
import Kernels
import Measurement
import Parallel

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
    if let names = settings.backends {
      let sets = try names.map { try Backends.make($0, pool: pool) }
      try refuseTwice(sets)
      return BackendChoice(sets: sets, notes: sets.compactMap(describe))
    }
    var choice = BackendChoice(sets: [], notes: [])
    for name in ["scalar"] + Backends.simdNames { choice.sets.append(try Backends.make(name, pool: pool)) }
    do throws(BackendError) {
      let found = try Backends.make("openblas", pool: pool)
      choice.sets.append(found)
      choice.notes += describe(found).map { [$0] } ?? []
    } catch {
      choice.notes.append("\(error)")
      return choice
    }
    try choice.addBestCoreType(settings, pool: pool, sampler: sampler)
    return choice
  }

  /// Two names may stand for one backend, as `simd` does for the fastest SIMD build.
  private static func refuseTwice(_ sets: [any KernelSet]) throws(Failure) {
    for (index, set) in sets.enumerated() where sets[..<index].contains(where: { $0.name == set.name }) {
      throw Failure("--backend has \(set.name) twice; name each backend once")
    }
  }

  /// Times every core type on one GEMM, and adds the best where it is another one than the library chose.
  private mutating func addBestCoreType(_ settings: RunSettings, pool: ThreadPool, sampler: Sampler) throws {
    guard let found = sets.last as? BLASKernelSet else { return }
    let others = OpenBLASCoreType.supported.filter { $0.rawValue != found.library.coreType }
    let candidates = others.compactMap { try? Backends.make("openblas:\($0.rawValue)", pool: pool) }
    guard !candidates.isEmpty else { return }
    let sweep = try KernelCases.coreTypeSweep([found] + candidates)
    let results = try sampler.run(sweep, plan: settings.plan)
    guard let best = results.best, let fastest = candidates.first(where: { $0.name == best.label }),
      let gain = results[0].ratio(over: best), gain.low > 1
    else {
      notes.append("no other core type of OpenBLAS is faster here than the one it chose")
      return
    }
    sets.append(fastest)
    let times = "\((gain.median * 100).rounded() / 100)"
    notes.append(
      "OpenBLAS as found takes \(times) times as long as with OPENBLAS_CORETYPE=\(best.label.dropFirst(9))")
  }

  private static func describe(_ set: any KernelSet) -> String? {
    guard let blas = set as? BLASKernelSet else { return nil }
    let library = blas.library
    let chosen = library.coreType.map { "core type \($0)" } ?? "core type unknown"
    return "\(blas.name): \(library.path), \(chosen), \(library.configuration ?? "no version given")"
  }
}
