import Foundation
import Glibc
import Testing

/// The built command, run as users run it.
struct Command {
  var arguments: [String]
  var environment: [String: String] = [:]
  /// Comes from standard input.
  var input: String?
  /// Where it runs; in a new folder of its own if not said.
  var folder: String?
  /// Nothing here takes this long; a command that hangs is killed and the test fails.
  var limit = Duration.seconds(60)

  init(_ arguments: String...) { self.arguments = arguments }
  init(_ arguments: [String]) { self.arguments = arguments }

  /// Beside the bundle of the tests.
  static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "perwatt")

  struct Outcome {
    var status: Int32
    var out: Data
    var err: String
    var text: String { String(decoding: out, as: UTF8.self) }
    var errorLines: [Substring] {
      err.split(separator: "\n").filter { $0.hasPrefix("Error:") || $0.hasPrefix("error:") }
    }
  }

  func run() async throws -> Outcome { try await start().outcome() }

  func start() throws -> RunningCommand { try RunningCommand(self) }
}

/// A command at work. Its output goes to files, so that it never waits for a reader.
final class RunningCommand {
  private let process = Process()
  private let folder: URL
  private let limit: Duration

  init(_ command: Command) throws {
    limit = command.limit
    folder = FileManager.default.temporaryDirectory.appending(path: "perwatt-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = Command.binary
    process.arguments = command.arguments
    // Runs outside the tests would be waited for.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["PERWATT_LOCK": "none"]) { $1 }.merging(command.environment) { $1 }
    // Results are stored here where no folder is named.
    process.currentDirectoryURL = command.folder.map { URL(filePath: $0) } ?? folder
    process.standardInput = try command.input.map(input) ?? FileHandle.nullDevice
    process.standardOutput = try file("stdout")
    process.standardError = try file("stderr")
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: folder)
  }

  var id: pid_t { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var err: String { String(decoding: contents("stderr"), as: UTF8.self) }
  var hasPrinted: Bool { !contents("stdout").isEmpty }
  /// Files that the command left in the folder in which it ran.
  func leftovers() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      !["stdin", "stdout", "stderr"].contains($0)
    }
  }

  func interrupt() { kill(id, SIGINT) }

  /// Waits until `condition` holds; false if the command ends before.
  func wait(for condition: () throws -> Bool) async throws -> Bool {
    while process.isRunning {
      if try condition() { return true }
      try await Task.sleep(for: .milliseconds(2))
    }
    return try condition()
  }

  /// Waits for the end. In a thread of its own: one that asked again and again would stand in line behind all tests that
  /// are at work, each time.
  func outcome() async throws -> Command.Outcome {
    let (process, limit) = (process, limit)
    let isLate = await withCheckedContinuation { ended in
      Thread {
        let start = ContinuousClock.now
        while process.isRunning, ContinuousClock.now - start < limit { usleep(2000) }
        let isLate = process.isRunning
        if isLate { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        ended.resume(returning: isLate)
      }.start()
    }
    if isLate { Issue.record("still running after \(limit): \(process.arguments ?? [])") }
    // A signal counts as in a shell.
    let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
    return Command.Outcome(status: status, out: contents("stdout"), err: err)
  }

  private func input(_ text: String) throws -> FileHandle {
    let url = folder.appending(path: "stdin")
    try Data(text.utf8).write(to: url)
    return try FileHandle(forReadingFrom: url)
  }

  private func file(_ name: String) throws -> FileHandle {
    let url = folder.appending(path: name)
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  private func contents(_ name: String) -> Data {
    (try? Data(contentsOf: folder.appending(path: name))) ?? Data()
  }
}

/// The tests of what measures, one after the other, because each of them uses the whole machine.
@Suite(.serialized) enum CLITests {}

/// All other tests of the command, in a row beside that one: hundreds of programs at once would fill any machine.
@Suite(.serialized) enum OtherCLITests {}
