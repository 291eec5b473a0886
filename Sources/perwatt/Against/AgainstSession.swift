import Measurement
import Quantities
import Results

/// Measures two programs in turn: blocks of fresh processes, in each of them all cases, in each case rounds A B B A.
///
/// The memory that a process gets is a constant bias of its own, which no number of rounds removes: the block is the
/// unit of the statistics.
final class AgainstSession {
  struct Programs {
    var reference: String, candidate: String
    /// How long an answer may take.
    var limit = Seconds(60)
  }
  /// More work for one case of the candidate, for tests of the method.
  struct Injection {
    var id: String
    var share: Double
  }

  private let programs: Programs
  private let plan: AgainstPlan
  private let injection: Injection?
  private var steps: Int?
  private let clock = Clock.monotonic
  private let progress: (String) -> Void

  /// Of one case in one block.
  private static let fewestRounds = 6, mostRounds = 2000

  init(
    _ programs: Programs, plan: AgainstPlan, injection: Injection? = nil,
    progress: @escaping (String) -> Void
  ) {
    (self.programs, self.plan, self.injection, self.progress) = (programs, plan, injection, progress)
  }

  /// What both programs can run, and a line for each thing that they cannot.
  ///
  /// - Throws: `WorkerProcess.Problem`, `AgainstInterrupted`.
  func cases() throws -> (both: [WorkerCase], notes: [String]) {
    let pair = try startPair(candidateFirst: false)
    let theirs = Dictionary(pair.referenceCases.map { ($0.key, $0) }) { first, _ in first }
    var (both, notes): ([WorkerCase], [String]) = ([], [])
    for mine in pair.candidateCases {
      switch theirs[mine.key] {
      case nil: notes.append("\(mine.id) \(mine.label): only the candidate has it")
      case let other? where other.work != mine.work:
        notes.append("\(mine.id) \(mine.label): the work differs (\(other.work); \(mine.work))")
      default: both.append(mine)
      }
    }
    let known = Set(pair.candidateCases.map(\.key))
    notes += pair.referenceCases.filter { !known.contains($0.key) }.map {
      "\($0.id) \($0.label): only the reference has it"
    }
    return (both, notes)
  }

  /// The times of `wanted`. After Ctrl-C it returns what whole blocks there are.
  ///
  /// - Parameter budget: of this measurement.
  func run(_ wanted: [WorkerCase], budget: Seconds) -> (cases: [AgainstCase], isInterrupted: Bool) {
    var found = wanted.map { AgainstCase(id: $0.id, title: $0.title, label: $0.label) }
    let end = clock.now() + budget
    do {
      for block in 0..<plan.blocks {
        progress("block \(block + 1) of \(plan.blocks)")
        try runBlock(block, &found, end: end)
      }
      return (found, false)
    } catch {
      return (found, true)
    }
  }

  /// Every block starts with another case and another program, so that none always comes first.
  private func runBlock(_ block: Int, _ found: inout [AgainstCase], end: Seconds) throws(AgainstInterrupted) {
    var pair: WorkerPair?
    for turn in found.indices {
      let index = (turn + block) % found.count
      guard found[index].reason == nil else { continue }
      let visits = (plan.blocks - block) * found.count - turn
      let share = max(end - clock.now(), .zero) / Double(visits)
      do {
        let workers = try pair ?? startPair(candidateFirst: !block.isMultiple(of: 2))
        pair = workers
        try visit(&found[index], workers, block: block, deadline: clock.now() + share)
      } catch let interrupted as AgainstInterrupted {
        throw interrupted
      } catch {
        found[index].reason = "\(error)"
        // A worker that only refused goes on; one that died or hangs is replaced.
        if (error as? WorkerProcess.Problem)?.isRefusal != true { pair = nil }
      }
    }
  }

  private func visit(_ measured: inout AgainstCase, _ pair: WorkerPair, block: Int, deadline: Seconds) throws
  {
    let isFirst = measured.blocks.isEmpty
    for side in pair.sides(block) { try pair.prepare(side, measured, check: isFirst) }
    if isFirst { measured.iterations = try calibrate(pair) }
    let extra = [nil, try injectedSteps(measured, pair)]
    // What a fresh process does first is slower; once for each side goes by untimed.
    for side in pair.sides(block) { _ = try pair.sample(side, measured.iterations) }
    var times: [[Double]] = [[], []]
    var round = 0
    while round < Self.mostRounds {
      // Whole turns A B B A only.
      if round >= Self.fewestRounds, round.isMultiple(of: 2), clock.now() >= deadline { break }
      for side in Schedule.order(of: 2, round: round + block) {
        let time = try pair.sample(side, measured.iterations, extra: extra[side])
        times[side].append(time.value / Double(measured.iterations))
      }
      round += 1
    }
    measured.blocks.append(AgainstBlock(reference: times[0], candidate: times[1]))
  }

  /// One count for both, from the faster one, until a sample is long enough.
  private func calibrate(_ pair: WorkerPair) throws -> Int {
    var iterations = 1
    while true {
      let times = try [0, 1].map { try pair.sample($0, iterations) }
      let faster = times.min()!
      if faster >= plan.minimumSample || iterations >= 1 << 30 { return iterations }
      let wish = faster > .zero ? Double(iterations) * 1.1 * (plan.minimumSample / faster) : .infinity
      iterations = Int(min(max(wish.rounded(.up), Double(iterations) + 1), Double(iterations) * 10))
    }
  }

  /// Steps after each iteration of the candidate, found once: from there on the work is the same, whatever the clock says.
  private func injectedSteps(_ measured: AgainstCase, _ pair: WorkerPair) throws -> Int? {
    guard let injection, injection.id == measured.id else { return nil }
    if let steps { return steps }
    // The least of several, because others on the machine only add time.
    let step = try (0..<20).map { _ in try pair.spin(1, 100_000) }.min()! / 100_000
    let once = try (0..<40).map { _ in try pair.sample(1, measured.iterations) }.min()!
    steps = Int((injection.share * (once / step) / Double(measured.iterations)).rounded())
    return steps
  }

  private func startPair(candidateFirst: Bool) throws -> WorkerPair {
    try WorkerPair(programs, plan: plan, candidateFirst: candidateFirst)
  }
}

/// Two workers; side 0 is the reference, side 1 the candidate.
private final class WorkerPair {
  private let workers: [WorkerProcess]
  let referenceCases: [WorkerCase], candidateCases: [WorkerCase]
  private var cooldowns = [Seconds.zero, Seconds.zero]

  init(_ programs: AgainstSession.Programs, plan: AgainstPlan, candidateFirst: Bool) throws {
    let paths = [(programs.reference, "the reference"), (programs.candidate, "the candidate")]
    func start(_ side: Int) throws -> WorkerProcess {
      try WorkerProcess(
        program: paths[side].0, name: paths[side].1, limit: programs.limit,
        isInterrupted: { Interrupt.isRequested })
    }
    let first = try start(candidateFirst ? 1 : 0)
    let second = try start(candidateFirst ? 0 : 1)
    workers = candidateFirst ? [second, first] : [first, second]
    let request = WorkerRequest.list(threads: plan.threads, backends: plan.backends, full: plan.full)
    let lists = try workers.map { try $0.ask(request).cases ?? [] }
    (referenceCases, candidateCases) = (lists[0], lists[1])
  }

  deinit { for worker in workers { worker.end() } }

  func sides(_ block: Int) -> [Int] { block.isMultiple(of: 2) ? [0, 1] : [1, 0] }

  func prepare(_ side: Int, _ measured: AgainstCase, check: Bool) throws {
    let reply = try workers[side].ask(.prepare(measured.id, label: measured.label, check: check))
    cooldowns[side] = Seconds(reply.cooldown ?? 0)
  }

  func sample(_ side: Int, _ iterations: Int, extra: Int? = nil) throws -> Seconds {
    let time = try time(side, .sample(iterations: iterations, extra: extra))
    if cooldowns[side] > .zero { Clock.monotonic.sleep(cooldowns[side]) }
    return time
  }

  func spin(_ side: Int, _ steps: Int) throws -> Seconds { try time(side, .spin(steps)) }

  private func time(_ side: Int, _ request: WorkerRequest) throws -> Seconds {
    let reply = try workers[side].ask(request)
    guard let elapsed = reply.elapsed, elapsed > 0, elapsed.isFinite else {
      throw WorkerProcess.Problem(description: "a sample without a time")
    }
    return Seconds(elapsed)
  }
}
