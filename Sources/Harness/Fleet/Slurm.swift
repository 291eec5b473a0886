import Foundation
import Results

/// Slurm by its own commands: their arguments and answers.
public struct Slurm: Hashable, Sendable {
  public var partition: String
  /// Minutes after which Slurm ends a task.
  public var minutes: Int
  /// How many tasks run at once; nil for as many as there are nodes.
  public var atOnce: Int?

  /// - Throws: `FleetError` for what is no name of a partition.
  public init(partition: String, minutes: Int) throws(FleetError) {
    guard !partition.isEmpty, partition.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 }) else {
      throw FleetError("--slurm '\(partition)': name a partition; sinfo lists them")
    }
    (self.partition, self.minutes) = (partition, minutes)
  }

  /// The nodes of the partition that can run something, one line each.
  public var listNodes: [String] {
    ["--noheader", "--Node", "--partition=\(partition)", "--states=idle,alloc,mix,comp", "--format=%N"]
  }

  /// `sbatch` of one task for each number, each alone on its node.
  /// - Parameters:
  ///   - nodes: those that must not get one: they have been measured.
  ///   - command: the script that each runs, and its parameters.
  public func submit(
    _ tasks: [Int], name: String, log: String, without nodes: [String], _ command: [String]
  ) -> [String] {
    [
      "--parsable", "--partition=\(partition)", "--job-name=\(name)", "--nodes=1", "--ntasks=1",
      // An exclusive node's memory is its user's only where it is asked for.
      "--exclusive", "--mem=0", "--no-requeue", "--time=\(minutes)", "--output=\(log)",
      "--array=\(tasks.map(String.init).joined(separator: ","))" + (atOnce.map { "%\($0)" } ?? ""),
    ] + (nodes.isEmpty ? [] : ["--exclude=\(nodes.joined(separator: ","))"]) + command
  }

  /// The number in the answer of `sbatch --parsable`: `12` or `12;cluster`.
  public static func job(_ answer: String) throws(FleetError) -> String {
    let job = answer.split(whereSeparator: \.isNewline).last?.prefix { $0 != ";" } ?? ""
    guard !job.isEmpty, job.allSatisfy(\.isNumber) else {
      throw FleetError("sbatch answered '\(answer.prefix(60))', which is no job's number")
    }
    return String(job)
  }

  /// A task as the queue or the accounting has it.
  public struct Task: Hashable, Sendable {
    public var number: Int
    public var jobID: String
    /// `PENDING`, `RUNNING`, `COMPLETED`, `FAILED`, `TIMEOUT`, `NODE_FAIL`, …
    public var state: String
    public var node: String?
    /// Why it waits, or how it ended.
    public var reason: String

    /// Whether it may still run (squeue(1), "Job state codes").
    public var isActive: Bool {
      ["PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "REQUEUED", "RESIZING", "STAGE_OUT"]
        .contains(state)
    }
  }

  /// `squeue` of a job, with the tasks that have ended not long ago.
  public static func listTasks(_ job: String) -> [String] {
    ["--noheader", "--array", "--states=all", "--jobs=\(job)", "--format=%K|%A|%T|%N|%r"]
  }

  /// `sacct` of a job, for tasks that have left the queue; a cluster without accounting has none.
  public static func account(_ job: String) -> [String] {
    [
      "--noheader", "--parsable2", "--allocations", "--jobs=\(job)",
      "--format=JobID,JobIDRaw,State,NodeList,ExitCode",
    ]
  }

  public static func tasks(queue answer: String) -> [Task] {
    answer.split(whereSeparator: \.isNewline).compactMap { line in
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, let number = Int(fields[0]) else { return nil }
      return Task(
        number: number, jobID: fields[1], state: fields[2], node: node(fields[3]), reason: fields[4])
    }
  }

  public static func tasks(accounting answer: String) -> [Task] {
    answer.split(whereSeparator: \.isNewline).compactMap { line in
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, let number = fields[0].split(separator: "_").last.flatMap({ Int($0) }) else {
        return nil
      }
      // `CANCELLED by 1000`
      let state = fields[2].split(separator: " ").first.map(String.init) ?? ""
      return Task(
        number: number, jobID: fields[1], state: state, node: node(fields[3]),
        reason: "exit code \(fields[4])")
    }
  }

  private static func node(_ field: String) -> String? {
    field.isEmpty || field.hasPrefix("(") || field == "None assigned" ? nil : field
  }

  /// What a task of the array does. Its parameters are the folder of the attempt and a program with its arguments. Two tasks
  /// never measure one node: the second one leaves it, with status 75.
  public static let script = #"""
    #!/bin/sh
    folder=$1
    shift
    node=${SLURMD_NODENAME:-$(hostname)}
    task=$folder/task-$SLURM_ARRAY_TASK_ID
    mkdir -p -- "$task" || exit 1
    printf '%s %s\n' "$SLURM_JOB_ID" "$node" > "$task/job"
    mkdir -- "$folder/node-$node" 2>/dev/null || exit 75
    "$@" --results "$task/results" --no-wait </dev/null >/dev/null 2>"$task/log"
    status=$?
    echo "$status" > "$task/status.part" && mv -f -- "$task/status.part" "$task/status"
    exit "$status"
    """# + "\n"
}
