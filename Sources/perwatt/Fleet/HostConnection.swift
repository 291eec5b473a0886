import Fleet
import Foundation
import Quantities

/// Commands on one host, by the user's ssh.
struct HostConnection {
  let host: String
  let ssh: SSH
  let isInterrupted: @Sendable () -> Bool

  /// No answer or archive of records is larger.
  private static let most = 1 << 30

  /// Runs a command there.
  ///
  /// - Parameters:
  ///   - input: a file that the command reads, in place of its own script.
  ///   - log: keeps what the command says to people; nil for nowhere.
  /// - Returns: what it printed.
  /// - Throws: `FleetError` where the host is not reached, and where the command fails or takes longer than the limit.
  func output(_ command: RemoteCommand, limit: Seconds, input: String? = nil, log: String? = nil) throws
    -> Data
  {
    try TemporaryFolder.with { folder in
      let errors = log.map { URL(filePath: $0) } ?? folder.appending(path: "errors")
      var streams = ChildProcess.Streams(out: folder.appending(path: "out"), errors: errors, most: Self.most)
      if let path = try input ?? command.input.map({ try text($0, in: folder) }) {
        guard let file = FileHandle(forReadingAtPath: path) else {
          throw FleetError("\(path) cannot be read")
        }
        streams.input = file
      }
      let client = ChildProcess(program: "ssh", limit: limit, isInterrupted: isInterrupted, advice: .host)
      let status: Int32
      do {
        status = try client.status(ssh.arguments(host: host, command: command.words), streams)
      } catch let problem as ChildProcess.Problem {
        throw FleetError(problem.description)
      }
      guard status == 0 else { throw FleetError(Self.words(status, errors)) }
      return try Data(contentsOf: streams.out)
    }
  }

  private func text(_ script: String, in folder: URL) throws -> String {
    let file = folder.appending(path: "in")
    try Data(script.utf8).write(to: file)
    return file.path
  }

  private static func words(_ status: Int32, _ errors: URL) -> String {
    let last = ChildProcess.lastWords(errors, of: ChildProcess.ownKinds)
    return switch status {
    case SSH.ownFailure: "ssh cannot reach it, or lost it\(last)"
    case 124: "was ended at its time limit; give more with --limit"
    // A shell tells signals as 128 and their number.
    case 129...159: "was ended by signal \(status - 128)\(last)"
    default: "ended with status \(status)\(last)"
    }
  }
}

extension ChildProcess.Advice {
  static let host = ChildProcess.Advice(
    limit: "give more with --limit", missing: "install OpenSSH's client (Debian: openssh-client)",
    endless: "is it perwatt?")
  static let slurm = ChildProcess.Advice(
    limit: "is the controller alive?", missing: "run this where Slurm's commands are (Debian: slurm-client)",
    endless: "is it Slurm?")
}

/// A folder that is gone when its work is done.
enum TemporaryFolder {
  static func with<T>(_ work: (URL) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "perwatt-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try work(folder)
  }
}
