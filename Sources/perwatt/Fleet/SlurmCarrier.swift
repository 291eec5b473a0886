import Fleet
import Foundation
import Quantities
import Synchronization

/// The tasks of a job array on nodes that share no folder with this machine: each has a thread here that brings the program
/// to its node, runs it there and leaves here what a task on a shared file system leaves.
final class SlurmCarrier: Sendable {
  /// The attempt's folder, here.
  let attempt: String
  /// The folder on each node, without the task's number.
  let place: String
  /// The words that start the program where it lies on the node.
  let words: @Sendable (String) -> [String]
  let limit: Seconds

  private enum State { case busy, ended(problem: String?) }

  private static let stepLimit = Seconds(600)
  /// No folder of a task is larger.
  private static let most = 1 << 30

  private let states = Mutex<[Int: State]>([:])
  private let group = DispatchGroup()

  init(attempt: String, place: String, limit: Seconds, words: @escaping @Sendable (String) -> [String]) {
    (self.attempt, self.place, self.limit, self.words) = (attempt, place, limit, words)
  }

  func isBusy(_ task: Int) -> Bool {
    if case .busy = states.withLock({ $0[task] }) { true } else { false }
  }

  /// Why a task brought nothing; nil where it did, and before its end.
  func problem(_ task: Int) -> String? {
    if case .ended(let problem) = states.withLock({ $0[task] }) { problem } else { nil }
  }

  func begin(_ task: Slurm.Task, of array: String) {
    states.withLock { $0[task.number] = .busy }
    group.enter()
    Thread { [self] in
      var problem: String?
      do {
        try carry(task, array)
      } catch {
        problem = "\(error)"
      }
      end(task.number, array, isWell: problem == nil)
      states.withLock { $0[task.number] = .ended(problem: problem) }
      group.leave()
    }.start()
  }

  /// Waits for all threads; their steps end with their jobs.
  func wait() { group.wait() }

  private func carry(_ task: Slurm.Task, _ array: String) throws {
    try claim(task.node ?? task.jobID)
    let place = Slurm.place(place, task: task.number)
    _ = try call("srun", Slurm.step(in: task.jobID, Slurm.make(place)), Self.stepLimit)
    let copied = Slurm.broadcast("\(attempt)/perwatt", to: "\(place)/perwatt", of: task.jobID)
    _ = try call("sbcast", copied, Self.stepLimit)
    let command = Slurm.carried(task.number, of: array, in: place, words("\(place)/perwatt"))
    let archive = try call("srun", Slurm.step(in: task.jobID, command), limit)
    let outcome = "\(attempt)/task-\(task.number)"
    try RecordArchive.unpack(archive, into: URL(filePath: outcome), limit: Self.stepLimit)
    if SlurmTask(folder: outcome).status == nil {
      throw FleetError("what it sent does not tell how the run ended")
    }
  }

  /// Two tasks never measure one node.
  private func claim(_ node: String) throws {
    guard mkdir("\(attempt)/node-\(node)", 0o755) == 0 else {
      throw FleetError(SlurmTask.measuredTwice(node))
    }
  }

  private func call(_ program: String, _ arguments: [String], _ limit: Seconds) throws -> Data {
    var client = ChildProcess(
      program: program, limit: limit, isInterrupted: { Interrupt.isRequested }, advice: .slurm)
    client.most = Self.most
    // Slurm tells a time limit first, and then what became of each step by it.
    client.kinds = ["error:", "slurmstepd: error:", "\(program): error:"]
    do {
      return try client.output(arguments)
    } catch let problem as ChildProcess.Problem {
      throw FleetError(problem.isLasting ? problem.description : "\(program) \(problem)")
    }
  }

  /// The job has only waited for this.
  private func end(_ task: Int, _ array: String, isWell: Bool) {
    let client = ChildProcess(
      program: "scancel", limit: Seconds(60), isInterrupted: { false }, advice: .slurm)
    _ = try? client.output(isWell ? Slurm.release(task, of: array) : ["\(array)_\(task)"])
  }
}
