import Fleet
import Foundation
import Quantities

/// Commands on one host, by the user's ssh.
struct HostConnection {
  let host: String
  let ssh: SSH
  let isInterrupted: @Sendable () -> Bool
  /// What is advised where a command takes too long.
  var limitAdvice = "is the host overloaded?"
  /// Is called now and then while a command runs.
  var onLook: () -> Void = {}

  /// No answer or archive of records is larger.
  private static let most = 1 << 30

  /// Runs a command there.
  ///
  /// - Parameters:
  ///   - input: a file that the command reads, in place of its own script.
  ///   - log: keeps what the command says to people; nil for nowhere.
  /// - Returns: what it printed.
  /// - Throws: `HostFailure` where the host is not reached, and where the command fails or takes longer than the limit.
  func output(_ command: RemoteCommand, limit: Seconds, input: String? = nil, log: String? = nil) throws
    -> Data
  {
    try TemporaryFolder.with { folder in
      let errors = log.map { URL(filePath: $0) } ?? folder.appending(path: "errors")
      var streams = ChildProcess.Streams(out: folder.appending(path: "out"), errors: errors)
      if let path = try input ?? command.input.map({ try text($0, in: folder) }) {
        guard let file = FileHandle(forReadingAtPath: path) else {
          throw FleetError("\(path) cannot be read")
        }
        streams.input = file
      }
      let status = try client(limit).status(ssh.arguments(host: host, command: command.words), streams)
      guard status == 0 else { throw HostFailure(status: status, description: words(status, errors)) }
      return try Data(contentsOf: streams.out)
    }
  }

  private func client(_ limit: Seconds) -> ChildProcess {
    var client = ChildProcess(program: "ssh", limit: limit, isInterrupted: isInterrupted, advice: .host)
    (client.advice.limit, client.most, client.onLook) = (limitAdvice, Self.most, onLook)
    return client
  }

  private func text(_ script: String, in folder: URL) throws -> String {
    let file = folder.appending(path: "in")
    try Data(script.utf8).write(to: file)
    return file.path
  }

  private func words(_ status: Int32, _ errors: URL) -> String {
    let last = ChildProcess.lastWords(errors, of: ChildProcess.ownKinds)
    return switch status {
    case SSH.ownFailure: "ssh cannot reach it, or lost it\(last)"
    case 124: "was ended at its time limit; \(limitAdvice)"
    // A shell tells signals as 128 and their number.
    case 129...159: "was ended by signal \(status - 128)\(last)"
    default: "ended with status \(status)\(last)"
    }
  }
}

/// A command that failed on a host, or never came there.
struct HostFailure: Error, CustomStringConvertible {
  let status: Int32
  let description: String

  /// Whether it was the command itself, not ssh, a signal or its time limit.
  var isOfCommand: Bool { (1...123).contains(status) }
}

extension ChildProcess.Advice {
  static let host = ChildProcess.Advice(
    limit: "is the host overloaded?", missing: "install OpenSSH's client (Debian: openssh-client)",
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
