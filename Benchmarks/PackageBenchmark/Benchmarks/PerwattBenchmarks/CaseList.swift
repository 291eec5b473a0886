import InferenceCases
import KernelCases
import Kernels
import Machine
import MachineCases
import Measurement
import Model
import Parallel

/// A case that is made when it is measured, because a list of cases must cost nothing.
struct NamedCase {
  let id: String
  /// The alternatives that can be timed.
  let labels: [String]
  let threads: Int
  /// Whether a call takes less than a microsecond.
  var isShort = false
  let make: () throws -> Case

  /// The alternative of that label, once the oracle has agreed.
  ///
  /// - Throws: `FailedCheck`, or what makes the case impossible.
  func checked(_ label: String) throws -> Alternative {
    guard let alternative = try make().alternatives.first(where: { $0.label == label }) else {
      throw FailedCheck(description: "\(id) has no alternative \(label)")
    }
    if let found = try alternative.check?(), !found.passed {
      throw FailedCheck(
        description:
          "\(id), \(label): \(found.metric) \(found.error) is above \(found.tolerance): \(found.detail)")
    }
    return alternative
  }
}

/// What is wrong is not timed.
struct FailedCheck: Error, CustomStringConvertible {
  let description: String
}

/// The cases of `perwatt run --quick`, with all threads that this process may use.
enum CaseList {
  static var all: [NamedCase] {
    let facts = MachineFacts.read()
    let pool = ThreadPool(threads: facts.usableCores)
    let builds = [Backends.bestSIMD(pool: pool)]
    let sets: [any KernelSet] =
      builds + ((try? Backends.openBLAS(coreType: nil, pool: pool)).map { [$0] } ?? [])
    do {
      let kernels =
        try KernelCases.all(sets: sets, extent: .quick)
        + KernelCases.formatProducts(sets: builds, extent: .quick)
      let short = try KernelCases.forkJoin(pool: pool).map { named($0, pool.threads, isShort: true) }
      let bytes = PeakCases.bufferBytes(
        lastLevelCache: facts.lastLevelCache, available: facts.memoryAvailable.value)
      let peaks = try PeakCases.peaks(pool: pool, bufferBytes: bytes).map { named($0.measured, $0.threads) }
      return peaks + kernels.map { named($0, pool.threads) } + (short.map { [$0] } ?? []) + model(sets)
    } catch {
      fatalError("the list of cases cannot be made: \(error)")  // two backends of one name
    }
  }

  private static func named(_ measured: Case, _ threads: Int, isShort: Bool = false) -> NamedCase {
    let labels = measured.alternatives.filter { $0.skipReason == nil }.map(\.label)
    return NamedCase(id: measured.id, labels: labels, threads: threads, isShort: isShort) { measured }
  }

  private static let preset = "stories-15m"

  /// Prefill and decode of a small model; its weights are made in the process that measures.
  private static func model(_ sets: [any KernelSet]) -> [NamedCase] {
    let lengths = InferenceCases.Lengths(prompt: 32, generated: 16)
    func cases() throws -> InferenceCases {
      let provider = SyntheticWeights(config: try ModelConfig.preset(preset), seed: 1)
      let model = try BenchModel(name: preset, provider: provider, sets: sets, context: lengths.context)
      return InferenceCases(model: model, lengths: lengths, seed: 1)
    }
    let (labels, threads) = (sets.map(\.name), sets[0].pool.threads)
    return [
      NamedCase(id: InferenceCases.prefillID(preset, lengths), labels: labels, threads: threads) {
        try cases().prefill()
      },
      NamedCase(id: InferenceCases.decodeID(preset, lengths), labels: labels, threads: threads) {
        try cases().decode()
      },
    ]
  }
}
