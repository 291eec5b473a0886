import Claims
import KernelCases
import Kernels
import Machine
import MachineCases
import Measurement
import Parallel
import Quantities
import Results

/// Measures what the settings ask for, stores it case by case, and judges the claims from it. Draws nothing.
final class Runner {
  let settings: RunSettings
  let facts: MachineFacts
  let pool: ThreadPool
  let sampler = Sampler(isInterrupted: { Interrupt.isRequested })
  let recorder: Recorder
  let progress: ProgressLine

  init(_ settings: RunSettings) {
    self.settings = settings
    facts = MachineFacts.read()
    pool = ThreadPool(threads: settings.threads)
    recorder = Recorder(settings: settings, machine: facts)
    progress = ProgressLine(total: Self.caseCount(settings))
  }

  /// - Throws: what makes a run impossible from the start (an unknown backend, a damaged model file). An interrupted
  ///   run is not an error: its record says so.
  func run() throws -> RunRecord {
    Interrupt.watch()
    do {
      if facts.usableCores < settings.threads {
        note("-t \(settings.threads) on \(facts.usableCores) usable cores: threads take turns")
      }
      let model = try openModel()
      let backends = try makeBackends()
      try measurePeaks()
      if settings.parts.contains(.kernels) { try measureKernels(backends) }
      if let model { try measureModel(model, backends) }
      if settings.parts.contains(.claims) { try judgeClaims() }
      recorder.update { $0.validity = Validity(.valid) }
    } catch is Interrupted {
      recorder.update {
        $0.validity = Validity(
          .interrupted, reasons: ["interrupted by the user; finished cases are complete"])
      }
    }
    progress.end()
    return recorder.record
  }

  func note(_ text: String) {
    recorder.update { $0.notes.append(text) }
    Console.note(text)
  }

  /// Runs a case and stores what came out, also what an interruption left.
  @discardableResult
  func measure(_ measured: Case, group: String) throws(Interrupted) -> CaseRecord {
    progress.begin(measured.title)
    do {
      let record = CaseRecord(measured, group: group, results: try sampler.run(measured, plan: settings.plan))
      recorder.update { $0.cases.append(record) }
      return record
    } catch {
      recorder.update { $0.cases.append(CaseRecord(measured, group: group, results: error.results)) }
      throw error
    }
  }

  private func makeBackends() throws -> [any KernelSet] {
    guard !settings.parts.isDisjoint(with: [.kernels, .model]) else { return [Backends.bestSIMD(pool: pool)] }
    let choice = try BackendChoice.make(settings, pool: pool, sampler: sampler)
    for text in choice.notes { note(text) }
    return choice.sets
  }

  private func measurePeaks() throws {
    let bytes = PeakCases.bufferBytes(
      lastLevelCache: facts.lastLevelCache, available: facts.memoryAvailable.value)
    for peak in try PeakCases.peaks(pool: pool, bufferBytes: bytes) {
      let found = try measure(peak.measured, group: "machine")
      let work = peak.measured.work.flops?.value ?? peak.measured.work.bytes?.value ?? .nan
      let probe = found.alternatives[0]
      let figure: Reading<Figure> =
        if let time = probe.time, let fastest = probe.samples.min() {
          .measured(
            Figure(
              value: work / fastest, low: work / time.high.value, high: work / time.low.value,
              confidence: time.confidence))
        } else {
          .missing(reason: probe.reason ?? "not timed")
        }
      recorder.update {
        $0.peaks.append(PeakRecord(name: peak.name, threads: peak.threads, unit: peak.unit, figure: figure))
      }
    }
  }

  private func measureKernels(_ sets: [any KernelSet]) throws {
    let all = try KernelCases.all(sets: sets, quick: settings.quick)
    let chosen = all.filter { settings.filter.map($0.id.contains) ?? true }
    guard !chosen.isEmpty else {
      let ids = all.map(\.id).joined(separator: ", ")
      throw Failure("--filter \(settings.filter ?? ""): no kernel case has that in its id; there are \(ids)")
    }
    progress.drop(all.count - chosen.count)
    for measured in chosen { try measure(measured, group: "kernel") }
  }

  private func judgeClaims() throws {
    try measure(try KernelCases.ladder(pool: pool), group: "ladder")
    let evidence = Evidence(recorder.record, price: settings.price)
    let claims = ClaimsLedger.judge(evidence).map {
      ClaimRecord(
        id: $0.claimID, statement: $0.statement, source: $0.source,
        finding: ClaimFinding(verdict: $0.verdict.rawValue, arithmetic: $0.arithmetic, why: $0.why))
    }
    recorder.update { $0.claims = claims }
  }

  private static func caseCount(_ settings: RunSettings) -> Int {
    let peaks = settings.threads == 1 ? 2 : 4
    let kernels = settings.parts.contains(.kernels) ? (settings.quick ? 9 : 13) : 0
    let model = settings.parts.isDisjoint(with: [.model, .claims]) ? 0 : 2
    return peaks + kernels + model + (settings.parts.contains(.claims) ? 1 : 0)
  }
}
