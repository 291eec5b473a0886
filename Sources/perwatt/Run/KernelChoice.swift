import KernelCases
import Kernels
import Machine
import MachineCases
import Measurement
import Quantities

/// The kernel cases of a run, each with the heading under which reports show it. Whoever takes one owns it: its operands
/// live as long as it does.
struct KernelChoice {
  private var waiting: [(group: String, measured: Case)] = []

  /// Before anything is measured, so that a filter that fits nothing costs no time.
  ///
  /// - Throws: `Failure` for such a filter.
  static func make(_ settings: RunSettings, sets: [any KernelSet], facts: MachineFacts) throws -> KernelChoice
  {
    guard settings.parts.contains(.kernels) else { return KernelChoice() }
    let all = try groups(settings, sets: sets, facts: facts).flatMap { group, cases in
      cases.map { (group: group, measured: $0) }
    }
    let chosen = all.filter { settings.filter.map($0.measured.id.contains) ?? true }
    guard !chosen.isEmpty else {
      let ids = all.map(\.measured.id).joined(separator: ", ")
      throw Failure("--filter \(settings.filter ?? ""): no kernel case has that in its id; there are \(ids)")
    }
    return KernelChoice(waiting: chosen.reversed())
  }

  var count: Int { waiting.count }
  var isEmpty: Bool { waiting.isEmpty }

  /// The id of the kernel with the least work, the first one among equals: small enough to be measured once more, as a
  /// control.
  var smallest: String? {
    func amount(_ work: Work) -> Double { work.flops?.value ?? work.bytes?.value ?? .infinity }
    let ordered = waiting.reversed()
    let kernels = ordered.filter { $0.group == "kernel" }
    return (kernels.isEmpty ? Array(ordered) : kernels)
      .min { amount($0.measured.work) < amount($1.measured.work) }?.measured.id
  }

  mutating func next() -> (group: String, measured: Case)? { waiting.popLast() }

  private static func groups(_ settings: RunSettings, sets: [any KernelSet], facts: MachineFacts) throws
    -> [(String, [Case])]
  {
    let extent: KernelCases.Extent = settings.quick ? .quick : settings.parts == .kernels ? .full : .brief
    // Each SIMD build that was asked for by name; else the best one.
    let builds = sets.filter { $0 is SIMDKernelSet }.suffix(settings.backends == nil ? 1 : sets.count)
    let simd = Array(builds)
    var groups = [
      ("kernel", try KernelCases.all(sets: sets, extent: extent)),
      ("formats", try KernelCases.formatProducts(sets: simd, extent: extent)),
    ]
    if let pool = sets.first?.pool, let forkJoin = try KernelCases.forkJoin(pool: pool) {
      groups.append(("threads", [forkJoin]))
    }
    guard extent == .full else { return groups }
    // Weights for each backend, their source, and a buffer to read are in memory at once.
    let share = facts.memoryAvailable.value.map { $0 / Double(simd.count + 1) }
    let bytes = PeakCases.bufferBytes(lastLevelCache: facts.lastLevelCache, available: share)
    groups.append(("streams", try KernelCases.streams(sets: simd, bytes: bytes)))
    groups.append(("columns", try KernelCases.columns(sets: simd, bytes: bytes)))
    return groups
  }
}
