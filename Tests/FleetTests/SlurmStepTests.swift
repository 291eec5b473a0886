import FileTrees
import Foundation
import Testing

@testable import Fleet

/// Nodes that share no folder with the machine that submits.
@Suite struct SlurmStepTests {
  /// The exit status and the output of a command.
  private func run(_ words: [String], environment: [String: String] = [:]) throws -> (Int32, Data) {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  @Test func aTaskInAFolderWithAnEvilNameComesBackAsATar() throws {
    let tree = try FileTree()
    let place = Slurm.place(tree.folder + "/a; touch x $(touch y) 'q' %n", task: 3)
    #expect(try run(Slurm.make(place)).0 == 0)
    let program =
      "mkdir -p \"$2\"; echo \"$SLURM_ARRAY_JOB_ID $TMPDIR $@\" > \"$2/told\"; echo words >&2; exit 7"
    let words = Slurm.carried(3, of: "12", in: place, ["sh", "-c", program, "it; touch z"])
    let (status, archive) = try run(words, environment: ["SLURM_JOB_ID": "15", "SLURMD_NODENAME": "n1"])
    #expect(status == 0)
    try archive.write(to: URL(filePath: tree.folder + "/task.tar"))
    let back = tree.folder + "/back"
    try FileManager.default.createDirectory(atPath: back, withIntermediateDirectories: false)
    #expect(try run(["tar", "-xf", tree.folder + "/task.tar", "-C", back]).0 == 0)
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(back)/\(name)", encoding: .utf8)
    }
    #expect(try text("job") == "15 n1\n" && text("status") == "7\n" && text("log") == "words\n")
    #expect(try text("results/told") == "12 \(place) --results \(place)/task-3/results --no-wait\n")
    let left = try FileManager.default.subpathsOfDirectory(atPath: tree.folder)
    #expect(left.filter { ["x", "y", "z"].contains($0.split(separator: "/").last) } == [])
  }

  @Test func aFolderThatIsThereIsSomebodyElses() throws {
    let tree = try FileTree(["/there-0/x": ""])
    #expect(try run(Slurm.make(tree.folder + "/there-0")).0 == 1)
    #expect(try run(Slurm.make("/proc/none/a")).0 == 1)
  }

  @Test(arguments: [(SIGUSR1, 0), (SIGTERM, 143)] as [(Int32, Int32)])
  func theFolderGoesWithTheJob(signal: Int32, status: Int32) async throws {
    let tree = try FileTree(["/place-4/task-4/log": ""])
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    // A word when its traps are set, as Slurm gives none before a step has run.
    let script = Slurm.holdScript.replacing("sleep", with: "touch \"$1\"; sleep")
    process.arguments = ["-c", script, "sh", tree.folder + "/place"]
    process.environment = ["PATH": "/usr/bin:/bin", "SLURM_ARRAY_TASK_ID": "4"]
    try process.run()
    while process.isRunning, !FileManager.default.fileExists(atPath: tree.folder + "/place") {
      try await Task.sleep(for: .milliseconds(2))
    }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == status)
    #expect(!FileManager.default.fileExists(atPath: tree.folder + "/place-4"))
  }

  @Test func argumentsAreWordsOfTheirOwn() throws {
    var slurm = try Slurm(partition: "p", minutes: 1)
    slurm.atOnce = 8
    #expect(slurm.submit([0, 2], name: "f", log: "l", without: [], ["s"]).contains("--array=0,2%8"))
    #expect(Slurm.step(in: "15", ["sh", "a b"]).suffix(2) == ["sh", "a b"])
    #expect(Slurm.step(in: "15", []).contains("--jobid=15"))
    #expect(Slurm.broadcast("/a b", to: "/c d", of: "15") == ["--jobid=15", "/a b", "/c d"])
    // The job's own number would mean the whole array where it is the last task's.
    #expect(Slurm.release(2, of: "12").last == "12_2")
    for path in ["", "tmp", "a\nb", "/a\nb"] { #expect(Slurm.problem(inNodeFolder: path) != nil) }
    #expect(Slurm.problem(inNodeFolder: "/a; touch x") == nil)
  }

  @Test func aPlanKeepsItsFolder() throws {
    let tree = try FileTree()
    let store = try FleetStore(results: tree.folder, name: "f")
    var plan = FleetPlan(
      name: "f", started: "", target: .slurm(partition: "p", nodes: 2), suite: "run", arguments: [])
    plan.nodeFolder = "/tmp"
    try store.begin(plan)
    #expect(try store.plan() == plan)
  }
}
