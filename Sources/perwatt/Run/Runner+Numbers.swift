import Machine
import Measurement
import Quantities
import Results

/// What stands beside the times: counts, memory, sustained speed, the noise floor.
extension Runner {
  /// Groups whose cases run on and on where that is asked for: those whose alternatives do one and the same work.
  private static let sustainedGroups: Set = ["kernel", "formats", "streams", "model"]

  /// Events of the process, and those of the CPU's counters. Called before any thread of a pool exists, because the
  /// counters follow only threads that come later.
  static func countSource() -> CountSource {
    let counters = Result { () throws(PerfCounters.Unavailable) in try PerfCounters() }
    return CountSource {
      let usage = ProcessUsage.now()
      let start = counters.map { $0.read() }
      return {
        // The other way round than before, so that the outer one counts the inner one's reading and not the reverse.
        let counted = hardware(counters, since: start)
        return EventCounts(system(since: usage).merging(counted) { $1 })
      }
    }
  }

  private static func system(since earlier: Reading<ProcessUsage>) -> [Event: Reading<Double>] {
    let used = ProcessUsage.now().combined(with: earlier) { $0.since($1) }
    return [
      .minorFaults: used.map { Double($0.minorFaults) }, .majorFaults: used.map { Double($0.majorFaults) },
      .voluntarySwitches: used.map { Double($0.voluntarySwitches) },
      .involuntarySwitches: used.map { Double($0.involuntarySwitches) },
    ]
  }

  private static func hardware(
    _ counters: Result<PerfCounters, PerfCounters.Unavailable>,
    since start: Result<CounterReading, PerfCounters.Unavailable>
  ) -> [Event: Reading<Double>] {
    let values: CounterValues
    do {
      values = try counters.get().read().since(try start.get())
    } catch {
      values = .missing(reason: error.description)
    }
    return Dictionary(
      uniqueKeysWithValues: CounterEvent.allCases.map { (Event(rawValue: $0.rawValue), values[$0]) })
  }

  /// The alternative that was the fastest in `measured` against itself; its ratio is the noise floor of the group.
  func measureControl(of measured: Case, _ subject: CaseRecord) throws {
    guard let label = subject.alternatives.best?.label, let control = try measured.control(of: label) else {
      return
    }
    let plan = plan(for: subject.group)
    let found = try measure(control, group: Case.controlGroup, plan: plan)
    let record = ControlRecord(found, of: subject, label: label)
    recorder.update { $0.controls = ($0.controls ?? []) + [record] }
  }

  /// Runs the fastest alternative on and on, where that was asked for.
  func sustain(_ measured: Case, _ burst: CaseRecord) throws(Interrupted) {
    guard let duration = settings.sustain, Self.sustainedGroups.contains(burst.group),
      let best = burst.alternatives.best,
      let alternative = measured.alternatives.first(where: { $0.label == best.label })
    else { return }
    progress.expect(1)
    progress.begin(
      "\(measured.title), \(best.label) without pause for \(Format.significant(duration.value)) s")
    let run = sampler.sustain(
      alternative, iterations: best.iterations, plan: SustainedPlan(duration: duration)
    ) {
      MachineCondition(temperature: MachineNow.temperature(), clock: MachineNow.clock())
    }
    let record = SustainedRecord(run, of: best, caseID: burst.id, duration: duration)
    recorder.update { $0.sustained = ($0.sustained ?? []) + [record] }
    if Interrupt.isRequested { throw Interrupted(results: []) }
  }
}

/// The most memory that the process holds from the beginning of this watch on.
struct MemoryWatch {
  private let problem: String?

  init() {
    do {
      try PeakMemory.restart()
      problem = nil
    } catch {
      problem = "\(error), and so the peak is that of the whole run"
    }
  }

  var peak: Reading<Bytes> { problem.map { .missing(reason: $0) } ?? PeakMemory.read() }
}

extension RunRecord {
  /// The peak of a run whose cases started it afresh.
  var wholePeak: Reading<Bytes> {
    PeakMemory.read().map { last in
      (cases.compactMap { $0.peakMemory?.value } + [last]).max { $0.value < $1.value } ?? last
    }
  }
}
