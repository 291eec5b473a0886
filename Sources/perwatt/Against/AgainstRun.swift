import Judgement
import Machine
import Measurement
import Quantities
import Results

/// One session from the list of cases to the record.
struct AgainstRun {
  /// Short, so that on a busy machine most samples see no other program.
  static let minimumSample = Seconds(0.0003)
  /// The default budget.
  private static let perCase = Seconds(8), least = Seconds(30)

  private let programs: ComparedPrograms
  private let plan: AgainstPlan
  /// So many times the plan's budget, or the default one.
  private let times: Double
  private let injection: AgainstSession.Injection?
  /// Whether it waits for another run on this machine, or fails.
  private let waits: Bool

  init(
    _ programs: ComparedPrograms, plan: AgainstPlan, times: Double = 1, waits: Bool,
    injection: AgainstSession.Injection?
  ) {
    (self.programs, self.plan, self.times) = (programs, plan, times)
    (self.waits, self.injection) = (waits, injection)
  }

  /// - Parameters:
  ///   - filter: only cases whose id contains one of these; all for none.
  ///   - confirm: whether what is slower is measured again.
  /// - Throws: `Failure`, `WorkerProcess.Problem`, what `RunLock.take` throws, `ExitCode` 130 before anything was
  ///   measured.
  func run(filter: [String], confirm: Bool) throws -> AgainstRecord {
    let turn = try RunLock.take(waits: waits)
    defer { withExtendedLifetime(turn) {} }
    if let problem = turn.problem { Console.note("no lock against other runs: \(problem)") }
    let start = Clock.monotonic.now()
    var record = makeRecord()
    let (wanted, notes) = try cases(filter)
    record.notes = notes
    if record.plan.budget == .zero {
      record.plan.budget = max(Self.least, Self.perCase * Double(wanted.count))
    }
    record.plan.budget = record.plan.budget * times
    let (cases, isInterrupted) = measure(wanted, record.plan, "")
    record.cases = cases
    var stopped = isInterrupted
    if confirm, !stopped { stopped = measureAgain(&record, wanted) }
    record.validity =
      stopped
      ? Validity(.interrupted, reasons: ["interrupted by the user; whole blocks are kept"]) : Validity(.valid)
    if stopped { record.notes.append("interrupted: verdicts on the blocks until then") }
    record.wallTime = Clock.monotonic.now() - start
    return record
  }

  private func cases(_ filter: [String]) throws -> ([WorkerCase], [String]) {
    let (all, notes) = try session(plan, "").cases()
    let chosen = all.filter { found in filter.isEmpty || filter.contains { found.id.contains($0) } }
    if all.isEmpty { throw Failure("the two builds have no case in common") }
    if chosen.isEmpty {
      let ids = Set(all.map(\.id)).sorted().joined(separator: ", ")
      throw Failure("--filter \(filter.joined(separator: ",")): no case has that in its id; there are \(ids)")
    }
    if let injection, !chosen.contains(where: { $0.id == injection.id }) {
      throw Failure("--inject \(injection.id): no such case")
    }
    return (chosen, filter.isEmpty ? notes : [])
  }

  /// True if it was interrupted.
  private func measureAgain(_ record: inout AgainstRecord, _ wanted: [WorkerCase]) -> Bool {
    let slower = Comparison(record).rows.filter { $0.verdict == .slower }
    let suspects = wanted.filter { found in
      slower.contains { $0.id == found.id && $0.label == found.label }
    }
    record.confirmation = []
    guard !suspects.isEmpty else { return false }
    var again = record.plan
    again.budget = max(record.plan.budget * (Double(suspects.count) / Double(wanted.count)), Self.least)
    let (cases, isInterrupted) = measure(suspects, again, "again: ")
    record.confirmation = cases
    return isInterrupted
  }

  private func measure(_ wanted: [WorkerCase], _ plan: AgainstPlan, _ prefix: String) -> (
    cases: [AgainstCase], isInterrupted: Bool
  ) {
    let count = "\(wanted.count) case\(wanted.count == 1 ? "" : "s")"
    Console.note(
      "\(prefix)measuring \(count) with both builds for about \(Format.fixed(plan.budget.value, 0)) s")
    let progress = ProgressLine(total: plan.blocks)
    defer { progress.end() }
    return session(plan, prefix) { progress.begin($0) }.run(wanted, budget: plan.budget)
  }

  private func session(
    _ plan: AgainstPlan, _ prefix: String, progress: @escaping (String) -> Void = { _ in }
  ) -> AgainstSession {
    AgainstSession(
      AgainstSession.Programs(
        reference: programs.reference, candidate: programs.candidate, limit: programs.limit), plan: plan,
      injection: injection, progress: { progress(prefix + $0) })
  }

  private func makeRecord() -> AgainstRecord {
    let origin = RunOrigin(
      toolVersion: Perwatt.version, commit: Commit.current(), buildConfiguration: Recorder.buildConfiguration,
      suite: "against")
    return AgainstRecord(
      origin: origin, machine: MachineFacts.read(), reference: programs.referenceName,
      candidate: programs.candidateName, plan: plan)
  }
}
