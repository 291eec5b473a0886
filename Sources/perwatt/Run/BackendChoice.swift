import KernelCases
import Kernels
import Measurement
import Parallel
import Quantities
import Results

/// The backends of a run, made once.
struct BackendChoice {
  var sets: [any KernelSet]
  /// What a reader should know about them, and hints about those that are missing.
  var notes: [String]

  /// Measures a case and stores it.
  typealias Measure = (Case) throws -> CaseRecord

  /// The backends named, or all: the scalar reference, every SIMD build that this CPU executes, OpenBLAS as found and
  /// with its best core type.
  ///
  /// - Throws: `BackendError` for a name that was asked for and cannot be had, `Interrupted`.
  static func make(_ settings: RunSettings, pool: ThreadPool, measure: Measure) throws -> BackendChoice {
    let further = try settings.blas.map { try Backends.library(path: $0, pool: pool) }
    var choice = BackendChoice(sets: [], notes: [])
    if let names = settings.backends {
      choice.sets = try names.map { try Backends.make($0, pool: pool) }
    } else {
      choice.sets = try (["scalar"] + Backends.simdNames).map { try Backends.make($0, pool: pool) }
      try choice.addOpenBLAS(pool: pool, measure: measure)
    }
    choice.sets += further
    try refuseTwice(choice.sets)
    choice.notes = choice.sets.compactMap { describe($0, threads: pool.threads) } + choice.notes
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
  private mutating func addOpenBLAS(pool: ThreadPool, measure: Measure) throws {
    let found: BLASKernelSet
    do throws(BackendError) {
      found = try Backends.openBLAS(coreType: nil, pool: pool)
    } catch {
      return notes.append("\(error)")
    }
    sets.append(found)
    let candidates = OpenBLASCoreType.supported.compactMap {
      try? Backends.make("openblas:\($0.rawValue)", pool: pool)
    }
    if !candidates.isEmpty { try addBest(of: candidates, beside: found, measure) }
  }

  private mutating func addBest(
    of candidates: [any KernelSet], beside found: BLASKernelSet, _ measure: Measure
  ) throws {
    let results = try measure(try KernelCases.coreTypeSweep([found] + candidates)).alternatives
    let own = candidates.first { $0.name == "openblas:\(found.library.coreType ?? "")" }
    guard let best = results.best(among: candidates.map(\.name)), let gain = results[0].ratio(over: best),
      let fastest = candidates.first(where: { $0.name == best.label })
    else { return }
    if let own, gain.low <= Self.worthwhile {
      sets.append(own)
      notes.append(
        "no core type of OpenBLAS beats its own choice here: openblas and \(own.name) differ by noise")
    } else {
      sets.append(fastest)
      let type = best.label.dropFirst("openblas:".count)
      notes.append(
        "OpenBLAS as found takes \(Format.fixed(gain.median, 2))× the time of OPENBLAS_CORETYPE=\(type)")
    }
  }

  /// Which library it is, which kernels it chose, and whether it heeds the number of threads.
  private static func describe(_ set: any KernelSet, threads: Int) -> String? {
    guard let set = set as? BLASKernelSet else { return nil }
    let library = set.library
    let chosen = library.coreType.map { "core type \($0)" } ?? "core type unknown"
    var text = "\(set.name): \(library.path), \(chosen), \(library.configuration ?? "no version given")"
    set.enterLibrary()
    switch library.reportedThreads {
    case nil: text += "; it does not say how many threads it uses"
    case let count? where count != threads: text += "; it uses \(count) threads, not \(threads)"
    default: break
    }
    return text
  }
}

extension [AlternativeRecord] {
  /// The fastest of those with these labels.
  fileprivate func best(among labels: [String]) -> AlternativeRecord? {
    filter { labels.contains($0.label) }.best
  }
}
