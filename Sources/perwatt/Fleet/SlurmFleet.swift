import Fleet
import Foundation
import Measurement
import Quantities
import Results

/// A fleet of a cluster's nodes: one task of a job array for each, alone on its node, on a file system that all share.
struct SlurmFleet {
  let store: FleetStore
  let plan: FleetPlan
  let slurm: Slurm
  let program: FleetProgram

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
    let attempt = try prepare(missing[0].attempts + 1)
    // A hundred megabytes that no task needs any more.
    defer { try? FileManager.default.removeItem(atPath: "\(attempt)/perwatt") }
    let job = try submit(missing, nodes, attempt)
    for node in missing {
      nodes[node.number].begin(.queue)
      nodes[node.number].job = BatchJob(
        scheduler: "slurm", jobID: job, arrayID: job, arrayTask: node.number, node: nil)
      try store.save(nodes[node.number])
    }
    Console.note("job \(job): \(missing.count) tasks")
    try wait(for: job, attempt, &nodes)
    return nodes
  }

  /// The folder of this attempt with the script in it, as an absolute path.
  private func prepare(_ number: Int) throws -> String {
    var (attempt, count) = ("", number)
    repeat {
      attempt = URL(filePath: "\(store.folder)/slurm-\(count)").standardizedFileURL.path
      count += 1
    } while FileManager.default.fileExists(atPath: attempt)
    let files = FileManager.default
    guard case .program(let file) = program.offer else {
      throw Failure("--build is for hosts: nodes of a cluster take one program, by --binary")
    }
    do {
      try files.createDirectory(atPath: attempt, withIntermediateDirectories: true)
      try Data(Slurm.script.utf8).write(to: URL(filePath: "\(attempt)/task.sh"))
      try files.copyItem(atPath: file.path, toPath: "\(attempt)/perwatt")
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(attempt)/perwatt")
    } catch {
      throw Failure("\(attempt) cannot be written; make room, or choose another --results")
    }
    return attempt
  }

  private func submit(_ missing: [FleetNode], _ all: [FleetNode], _ attempt: String) throws -> String {
    let words = program.words("\(attempt)/perwatt") + [plan.suite] + plan.arguments
    let arguments = slurm.submit(
      missing.map(\.number), name: "perwatt-fleet", log: "\(attempt)/slurm-%a.log",
      without: all.filter { $0.status == .done }.compactMap(\.job?.node),
      ["\(attempt)/task.sh", attempt] + words)
    return try Slurm.job(Self.text("sbatch", arguments))
  }

  private func wait(for job: String, _ attempt: String, _ nodes: inout [FleetNode]) throws {
    var (pause, silent) = (Seconds(0.5), 0)
    while nodes.contains(where: { $0.status == .running }) {
      if Interrupt.isRequested { return try cancel(job, &nodes) }
      do {
        try look(job, attempt, &nodes)
        silent = 0
      } catch let problem as ChildProcess.Problem {
        silent += 1
        guard silent < Self.patience else { throw Failure("job \(job) can no longer be watched: \(problem)") }
      }
      Clock.monotonic.sleep(pause)
      pause = min(pause * 1.3, Self.longestPause)
    }
  }

  private func look(_ job: String, _ attempt: String, _ nodes: inout [FleetNode]) throws {
    let tasks = try tasks(job)
    for index in nodes.indices where nodes[index].status == .running {
      let number = nodes[index].number
      let task = tasks.first { $0.number == number }
      let outcome = SlurmTask(folder: "\(attempt)/task-\(number)")
      if let task, task.isActive, outcome.status == nil {
        if task.state == "RUNNING" { try begin(&nodes[index], task, outcome) }
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

  private func begin(_ node: inout FleetNode, _ task: Slurm.Task, _ outcome: SlurmTask) throws {
    guard node.stage == .queue else { return }
    node.enter(.run)
    identify(&node, task, outcome)
    try store.save(node)
    Console.note("\(node.name): run")
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
      return node.fail(outcome.failure(task), in: outcome.job == nil ? .queue : .run)
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

  /// Its own number, and the node that it ran on.
  var job: (id: String, node: String)? {
    let words = text("job")?.split(separator: " ").map(String.init) ?? []
    return words.count == 2 ? (words[0], words[1]) : nil
  }

  /// The exit status of the program; nil where it has not ended, or was not allowed to tell.
  var status: String? { text("status") }

  /// Why it brought nothing.
  func failure(_ task: Slurm.Task?) -> String {
    let last = ChildProcess.lastWords(URL(filePath: "\(folder)/log"), of: ChildProcess.ownKinds)
    if let status {
      return Int(status).map { $0 > 128 } == true
        ? "was ended by signal \(Int(status)! - 128)\(last)" : "ended with status \(status)\(last)"
    }
    guard let task else { return "left the queue without a word\(last)" }
    if let job, task.state == "FAILED", !FileManager.default.fileExists(atPath: "\(folder)/log") {
      return "\(job.node) was measured by another task; --resume takes another node"
    }
    return "Slurm says \(task.state) (\(task.reason))\(last)"
  }

  private func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(folder)/\(name)")
      .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
  }
}
