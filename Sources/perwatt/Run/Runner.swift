import Claims
import KernelCases
import Kernels
import Machine
import MachineCases
import Measurement
import Parallel
import Quantities
import Results
import Statistics

/// Measures what the settings ask for, stores it case by case, and judges the claims from it. Draws nothing.
final class Runner {
  let settings: RunSettings
  let facts: MachineFacts
  let pool: ThreadPool
  let sampler = Sampler(counts: Runner.countSource(), isInterrupted: { Interrupt.isRequested })
  let recorder: Recorder
  let progress: ProgressLine
  /// Where sensors are read, apart from the pinned threads; nil leaves it to the kernel.
  let meterCPU: Int?
  var lock: RunLock?
  var latency: LatencyHold?
  var watch: RunWatch?

  init(_ settings: RunSettings) {
    self.settings = settings
    facts = MachineFacts.read(root: settings.root)
    let order = settings.pin ? CPUOrder.usable() : .measured([])
    pool = ThreadPool(threads: settings.threads, pinning: order.value ?? [])
    let taken = pool.cpus
    meterCPU = order.value?.first { !taken.contains($0) }
    recorder = Recorder(settings: settings, machine: facts, cpus: pool.cpus.isEmpty ? nil : pool.cpus)
    progress = ProgressLine(total: Self.caseCount(settings))
    if let problem = order.reason ?? pool.pinningProblem {
      note("--pin: \(problem); the threads run unpinned")
    }
  }

  /// - Throws: what makes a run impossible from the start (an unknown backend, a damaged model file). An interrupted
  ///   run is not an error: its record says so.
  func run() throws -> RunRecord {
    Interrupt.watch()
    let start = Clock.monotonic.now()
    do {
      try measureAll()
      endWatch()
      recorder.update { $0.validity = RunValidity.judge($0) }
    } catch is Interrupted {
      endWatch()
      recorder.update {
        $0.validity = Validity(
          .interrupted, reasons: ["interrupted by the user; finished cases are complete"])
      }
    }
    recorder.update {
      $0.wallTime = Clock.monotonic.now() - start
      $0.peakMemory = $0.wholePeak
    }
    progress.end()
    return recorder.record
  }

  private func measureAll() throws {
    if let bench = settings.bench { return try measureBench(bench) }
    try checkMeter()
    let model = try openModels().first
    let backends = try makeBackends()
    var kernels = try KernelChoice.make(settings, sets: backends, facts: facts)
    let hasKernels = !kernels.isEmpty
    progress.expect(kernels.count)
    if settings.parts.contains(.machine) { recordMeters() }
    try measurePeaks()
    let small = kernels.smallest
    // Each case is let go before the next one makes its operands.
    while let (group, measured) = kernels.next() {
      let record = try measure(measured, group: group)
      if measured.id == small { try measureControl(of: measured, record) }
    }
    let phases = try model.map { try measurePhases($0, backends) }
    if phases != nil || hasKernels { try measurePeaks() }
    if let phases { try recordModel(phases) }
    if settings.parts.contains(.claims) { try judgeClaims() }
  }

  func note(_ text: String) {
    recorder.update { $0.notes.append(text) }
    Console.note(text)
  }

  func plan(for group: String) -> SamplingPlan { group == "model" ? settings.plan.forModels : settings.plan }

  /// Runs a case and stores what came out, also what an interruption left (`Interrupted`); then its fastest alternative on and on, where
  /// that was asked for.
  @discardableResult
  func measure(_ measured: Case, group: String, plan: SamplingPlan? = nil) throws -> CaseRecord {
    try begin()
    defer { watch?.look() }
    progress.begin(measured.title)
    let memory = MemoryWatch()
    func store(_ results: [AlternativeResult]) -> CaseRecord {
      var record = CaseRecord(measured, group: group, results: results)
      record.peakMemory = memory.peak
      recorder.update { $0.cases.append(record) }
      return record
    }
    let record: CaseRecord
    do throws(Interrupted) {
      record = store(try sampler.run(measured, plan: plan ?? self.plan(for: group)))
    } catch {
      _ = store(error.results)
      throw error
    }
    try sustain(measured, record)
    return record
  }

  private func makeBackends() throws -> [any KernelSet] {
    guard !settings.parts.isDisjoint(with: [.kernels, .model]) else { return [Backends.bestSIMD(pool: pool)] }
    let choice = try BackendChoice.make(settings, pool: pool) { try self.measure($0, group: "sweep") }
    for text in choice.notes { note(text) }
    return choice.sets
  }

  /// Measured before and after all else; the better figure counts, and a change is noted.
  private func measurePeaks() throws {
    let bytes = PeakCases.bufferBytes(
      lastLevelCache: facts.lastLevelCache, available: facts.memoryAvailable.value)
    for peak in try PeakCases.peaks(pool: pool, bufferBytes: bytes) {
      let found = try measure(peak.measured, group: "machine")
      let record = PeakRecord(
        name: peak.name, threads: peak.threads, unit: peak.unit,
        figure: Self.peakFigure(found.alternatives[0], peak.measured.work))
      noteDrift(from: recorder.record.peaks.first { $0.isSameAs(record) }, to: record)
      recorder.update { $0.peaks.keepBetter(record) }
      let isLast = peak.name == "fma" && peak.threads == pool.threads
      if settings.parts == .machine, isLast { try measureControl(of: peak.measured, found) }
    }
  }

  /// A peak that moved by more than a tenth makes the percentages of it as uncertain.
  private func noteDrift(from before: PeakRecord?, to after: PeakRecord) {
    guard let before, let first = before.figure.value?.value, let second = after.figure.value?.value,
      abs(first - second) > 0.1 * max(first, second)
    else { return }
    let values = [first, second].map { "\(Format.significant($0 / 1e9)) G\(after.unit)" }
    note(
      "\(after.name) peak, \(after.threads) threads: \(values[0]) before and \(values[1]) after all else; percentages "
        + "of it are as uncertain")
  }

  private static func peakFigure(_ probe: AlternativeRecord, _ work: Work) -> Reading<Figure> {
    guard let time = probe.time else {
      return .missing(reason: probe.reason ?? "not timed")
    }
    // Not the fastest sample: one glitch of a clock would make every percentage wrong.
    let fast = Quantiles.quantile(ofSorted: probe.samples.sorted(), 0.1)
    let amount = work.flops?.value ?? work.bytes?.value ?? .nan
    return .measured(
      Figure(
        value: amount / fast, low: amount / time.high.value, high: amount / time.low.value,
        confidence: time.confidence))
  }

  private func judgeClaims() throws {
    try measure(try KernelCases.ladder(pool: pool), group: "ladder")
    try measure(try KernelCases.scaling(pool: pool), group: "scaling")
    var evidence = Evidence(recorder.record)
    evidence.assume(settings.costs)
    evidence.addDistillation(in: settings.results, machine: facts.key)
    let claims = ClaimsLedger.judge(evidence).map(ClaimRecord.init)
    recorder.update {
      $0.claims = claims
      $0.costs = CostRecord($0, settings.costs)
    }
  }

  /// The kernels come on top, when they are known.
  private static func caseCount(_ settings: RunSettings) -> Int {
    if let bench = settings.bench { return settings.modelCount * (bench.rowCount + 1) + 1 }
    let peaks = settings.threads == 1 ? 2 : 4
    let sweeps = settings.backends == nil && !settings.parts.isDisjoint(with: [.kernels, .model]) ? 1 : 0
    // Loading counts, too.
    let model = settings.parts.isDisjoint(with: [.model, .claims]) ? 0 : 3
    let again = settings.parts == .machine ? 0 : peaks
    // One of the kernels, one of the model, or one of the peaks.
    let controls = settings.parts.contains(.all) ? 2 : 1
    return peaks + again + sweeps + model + controls + (settings.parts.contains(.claims) ? 2 : 0)
  }
}

extension [PeakRecord] {
  /// Adds a peak, or replaces the one of its name and threads if it is higher.
  fileprivate mutating func keepBetter(_ peak: PeakRecord) {
    guard let index = firstIndex(where: { $0.isSameAs(peak) }) else { return append(peak) }
    if (self[index].figure.value?.value ?? 0) < (peak.figure.value?.value ?? 0) { self[index] = peak }
  }
}

extension PeakRecord {
  fileprivate func isSameAs(_ other: PeakRecord) -> Bool { name == other.name && threads == other.threads }
}
