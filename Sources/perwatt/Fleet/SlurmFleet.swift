import Fleet
import Foundation
import Measurement
import Quantities
import Results

/// A fleet of a cluster's nodes: one task of a job array for each, alone on its node, on a file system that all share, or
/// with a carrier (`plan.nodeFolder`).
struct SlurmFleet {
  let store: FleetStore
  let plan: FleetPlan
  let slurm: Slurm
  let program: FleetProgram

  /// One submission.
  private struct Attempt {
    /// With the script, the program and what each task leaves; an absolute path.
    var folder: String
    /// For nodes that share no folder with this machine; nil where tasks work in `folder`.
    var carrier: SlurmCarrier?
    var job = ""
  }

  private static let commandLimit = Seconds(60), longestPause = Seconds(10)
  /// Answers that may fail in a row: a controller that restarts is silent for a minute.
  private static let patience = 30

  /// How many nodes of the partition can run something.
  static func count(_ slurm: Slurm) throws -> Int {
    let lines = try text("sinfo", slurm.listNodes).split(whereSeparator: \.isNewline)
    guard !lines.isEmpty else {
      throw Failure("--slurm \(slurm.partition): no node of this partition is up; sinfo lists them")
    }
    return Set(lines).count
  }

  /// Submits what is not done and waits for it; after Ctrl-C it is cancelled.
  func run(_ nodes: [FleetNode]) throws -> [FleetNode] {
    var nodes = nodes
    let missing = nodes.filter { $0.status != .done }
    guard !missing.isEmpty else { return nodes }
    var attempt = try prepare(missing[0].attempts + 1)
    defer {
      attempt.carrier?.wait()
      // A hundred megabytes that no task needs any more.
      try? FileManager.default.removeItem(atPath: "\(attempt.folder)/perwatt")
    }
    let job = try submit(missing, nodes, attempt)
    attempt.job = job
    for node in missing {
      nodes[node.number].begin(.queue)
      nodes[node.number].job = BatchJob(
        scheduler: "slurm", jobID: job, arrayID: job, arrayTask: node.number, node: nil)
      try store.save(nodes[node.number])
    }
    Console.note("job \(job): \(missing.count) tasks")
    try wait(for: attempt, &nodes)
    return nodes
  }

  private func prepare(_ number: Int) throws -> Attempt {
    var (folder, count) = ("", number)
    repeat {
      folder = URL(filePath: "\(store.folder)/slurm-\(count)").standardizedFileURL.path
      count += 1
    } while FileManager.default.fileExists(atPath: folder)
    try fill(folder)
    return Attempt(folder: folder, carrier: plan.nodeFolder.map { carrier(folder, in: $0) })
  }

  private func carrier(_ attempt: String, in folder: String) -> SlurmCarrier {
    let (program, command) = (program, [plan.suite] + plan.arguments)
    let limit = Seconds(Double(slurm.minutes) * 60 + 60)
    return SlurmCarrier(attempt: attempt, place: "\(folder)/perwatt-\(UUID().uuidString)", limit: limit) {
      program.words($0) + command
    }
  }

  /// Makes the folder of an attempt with what its tasks need.
  private func fill(_ attempt: String) throws {
    let files = FileManager.default
    guard case .program(let file) = program.offer else {
      throw Failure("--build is for hosts: nodes of a cluster take one program, by --binary")
    }
    do {
      try files.createDirectory(atPath: attempt, withIntermediateDirectories: true)
      try Data((plan.nodeFolder == nil ? Slurm.script : Slurm.holdScript).utf8).write(
        to: URL(filePath: "\(attempt)/task.sh"))
      try files.copyItem(atPath: file.path, toPath: "\(attempt)/perwatt")
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(attempt)/perwatt")
    } catch {
      throw Failure("\(attempt) cannot be written; make room, or choose another --results")
    }
  }

  private func submit(_ missing: [FleetNode], _ all: [FleetNode], _ attempt: Attempt) throws -> String {
    let folder = attempt.folder
    let words = program.words("\(folder)/perwatt") + [plan.suite] + plan.arguments
    let arguments = slurm.submit(
      missing.map(\.number), name: "perwatt-fleet",
      log: attempt.carrier == nil ? "\(folder)/slurm-%a.log" : "/dev/null",
      without: all.filter { $0.status == .done }.compactMap(\.job?.node),
      ["\(folder)/task.sh"] + (attempt.carrier.map { [$0.place] } ?? [folder] + words))
    return try Slurm.job(Self.text("sbatch", arguments))
  }

  private func wait(for attempt: Attempt, _ nodes: inout [FleetNode]) throws {
    let job = attempt.job
    var (pause, silent) = (Seconds(0.5), 0)
    while nodes.contains(where: { $0.status == .running }) {
      if Interrupt.isRequested { return try cancel(job, &nodes) }
      do {
        try look(attempt, &nodes)
        silent = 0
      } catch let problem as ChildProcess.Problem {
        silent += 1
        guard silent < Self.patience else { throw Failure("job \(job) can no longer be watched: \(problem)") }
      }
      Clock.monotonic.sleep(pause)
      pause = min(pause * 1.3, Self.longestPause)
    }
  }

  private func look(_ attempt: Attempt, _ nodes: inout [FleetNode]) throws {
    let tasks = try tasks(attempt.job)
    for index in nodes.indices where nodes[index].status == .running {
      let number = nodes[index].number
      let task = tasks.first { $0.number == number }
      if attempt.carrier?.isBusy(number) == true { continue }
      let outcome = SlurmTask(
        folder: "\(attempt.folder)/task-\(number)", problem: attempt.carrier?.problem(number))
      if let task, task.isActive, !outcome.isOver {
        if task.state == "RUNNING", try begin(&nodes[index], task, outcome) {
          attempt.carrier?.begin(task, of: attempt.job)
        }
        continue
      }
      settle(&nodes[index], task, outcome)
      FleetProgress.tell(nodes[index], store)
    }
  }

  /// What the queue knows, and what the accounting knows of the others, where there is one.
  private func tasks(_ job: String) throws -> [Slurm.Task] {
    let queue = Slurm.tasks(queue: (try? Self.text("squeue", Slurm.listTasks(job))) ?? "")
    guard queue.isEmpty else { return queue }
    // A job that has left the queue is an error of squeue; so is a controller that does not answer.
    _ = try Self.text("scontrol", ["ping"])
    return Slurm.tasks(accounting: (try? Self.text("sacct", Slurm.account(job))) ?? "")
  }

  /// False for a task that has begun already.
  private func begin(_ node: inout FleetNode, _ task: Slurm.Task, _ outcome: SlurmTask) throws -> Bool {
    guard node.stage == .queue else { return false }
    node.enter(.run)
    identify(&node, task, outcome)
    try store.save(node)
    Console.note("\(node.name): run")
    return true
  }

  private func identify(_ node: inout FleetNode, _ task: Slurm.Task?, _ outcome: SlurmTask) {
    guard let place = outcome.job?.node ?? task?.node else { return }
    node.name = place
    node.job?.node = place
    if let number = outcome.job?.id ?? task?.jobID { node.job?.jobID = number }
  }

  private func settle(_ node: inout FleetNode, _ task: Slurm.Task?, _ outcome: SlurmTask) {
    identify(&node, task, outcome)
    guard outcome.status == "0" else {
      return node.fail(
        outcome.failure(task), in: outcome.job == nil && outcome.problem == nil ? .queue : .run)
    }
    node.enter(.gather)
    do {
      let results = ResultsStore(folder: store.results)
      node.finish(try Gathering.admit("\(outcome.folder)/results", into: results))
    } catch {
      node.fail("\(error)")
    }
  }

  private func cancel(_ job: String, _ nodes: inout [FleetNode]) throws {
    let client = ChildProcess(
      program: "scancel", limit: Self.commandLimit, isInterrupted: { false }, advice: .slurm)
    _ = try? client.output([job])
    for index in nodes.indices where nodes[index].status == .running {
      nodes[index].fail("interrupted, and cancelled")
      try store.save(nodes[index])
    }
  }

  private static func text(_ program: String, _ arguments: [String]) throws -> String {
    let client = ChildProcess(
      program: program, limit: commandLimit, isInterrupted: { Interrupt.isRequested }, advice: .slurm)
    do {
      return String(decoding: try client.output(arguments), as: UTF8.self)
    } catch let problem as ChildProcess.Problem where !problem.isLasting {
      throw ChildProcess.Problem(description: "\(program) \(problem)")
    }
  }
}

/// What a task left in its folder.
struct SlurmTask {
  let folder: String
  /// Why its carrier brought nothing; nil where it did, and where there is none.
  var problem: String?

  var isOver: Bool { status != nil || problem != nil }

  /// Its own number, and the node that it ran on.
  var job: (id: String, node: String)? {
    let words = text("job")?.split(separator: " ").map(String.init) ?? []
    return words.count == 2 ? (words[0], words[1]) : nil
  }

  /// The exit status of the program; nil where it has not ended, or was not allowed to tell.
  var status: String? { text("status") }

  /// Why it brought nothing.
  func failure(_ task: Slurm.Task?) -> String {
    if let problem { return problem }
    let last = ChildProcess.lastWords(URL(filePath: "\(folder)/log"), of: ChildProcess.ownKinds)
    if let status {
      return Int(status).map { $0 > 128 } == true
        ? "was ended by signal \(Int(status)! - 128)\(last)" : "ended with status \(status)\(last)"
    }
    guard let task else { return "left the queue without a word\(last)" }
    if let job, task.state == "FAILED", !FileManager.default.fileExists(atPath: "\(folder)/log") {
      return Self.measuredTwice(job.node)
    }
    return "Slurm says \(task.state) (\(task.reason))\(last)"
  }

  static func measuredTwice(_ node: String) -> String {
    "\(node) was measured by another task; --resume takes another node"
  }

  private func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(folder)/\(name)")
      .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
  }
}
