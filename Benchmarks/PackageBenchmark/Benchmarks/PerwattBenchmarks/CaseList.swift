import InferenceCases
import KernelCases
import Kernels
import Machine
import MachineCases
import Measurement
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

/// The cases of `perwatt against`, a fork and the machine's peaks, with all threads that this process may use.
enum CaseList {
  static var all: [NamedCase] {
    let facts = MachineFacts.read()
    let pool = ThreadPool(threads: facts.usableCores)
    let openBLAS = try? Backends.openBLAS(coreType: nil, pool: pool)
    let sets: [any KernelSet] = [Backends.bestSIMD(pool: pool)] + (openBLAS.map { [$0] } ?? [])
    do {
      let judged = try KernelCases.judged(sets: sets, isFull: false) + InferenceCases.judged(sets: sets)
      let short = try KernelCases.forkJoin(pool: pool).map { named($0, pool.threads, isShort: true) }
      let bytes = PeakCases.bufferBytes(
        lastLevelCache: facts.lastLevelCache, available: facts.memoryAvailable.value)
      let peaks = try PeakCases.peaks(pool: pool, bufferBytes: bytes).map { named($0.measured, $0.threads) }
      return peaks + judged.map { named($0, pool.threads) } + (short.map { [$0] } ?? [])
    } catch {
      fatalError("the list of cases cannot be made: \(error)")  // two backends of one name
    }
  }

  private static func named(_ measured: Case, _ threads: Int, isShort: Bool = false) -> NamedCase {
    let labels = measured.alternatives.filter { $0.skipReason == nil }.map(\.label)
    return NamedCase(id: measured.id, labels: labels, threads: threads, isShort: isShort) { measured }
  }
}
