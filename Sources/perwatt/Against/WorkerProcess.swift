import Foundation
import Measurement
import Quantities

/// A `perwatt worker` as a child: one answer to one question.
final class WorkerProcess {
  /// What went wrong with it, in one line.
  struct Problem: Error, CustomStringConvertible {
    let description: String
    /// Whether it did what was asked before and refused only this request.
    var isRefusal = false
  }

  /// No answer is longer: a list of cases has a few kilobytes.
  private static let longestAnswer = 1 << 18

  private let name: String
  private let limit: Seconds
  private let isInterrupted: () -> Bool
  private let process = Process()
  private let requests = Pipe(), answers = Pipe()
  private let errors: URL
  private var received = Data()
  private let (encoder, decoder) = (JSONEncoder(), JSONDecoder())

  /// - Parameters:
  ///   - name: how messages call it.
  ///   - limit: how long an answer may take.
  /// - Throws: `Problem` where it cannot be started.
  init(program: String, name: String, limit: Seconds, isInterrupted: @escaping () -> Bool) throws {
    (self.name, self.limit, self.isInterrupted) = (name, limit, isInterrupted)
    errors = FileManager.default.temporaryDirectory.appending(path: "perwatt-\(UUID().uuidString).log")
    // A pipe would fill up while nobody reads it.
    guard FileManager.default.createFile(atPath: errors.path, contents: nil) else {
      throw Problem(description: "\(errors.path) cannot be written; set TMPDIR to a folder that can")
    }
    // Writing to a worker that has died must not end this program.
    signal(SIGPIPE, SIG_IGN)
    process.executableURL = URL(filePath: program)
    process.arguments = ["worker"]
    (process.standardInput, process.standardOutput) = (requests, answers)
    process.standardError = try FileHandle(forWritingTo: errors)
    do {
      try process.run()
    } catch {
      throw Problem(description: "\(name): \(program) cannot be started; check the path")
    }
    try? answers.fileHandleForWriting.close()
    try? requests.fileHandleForReading.close()
  }

  deinit { end() }

  /// - Throws: `Problem` where it dies, is silent for longer than the limit, says something else, or refuses;
  ///   `AgainstInterrupted`.
  func ask(_ request: WorkerRequest) throws -> WorkerReply {
    let line = try encoder.encode(request) + Data("\n".utf8)
    do {
      try requests.fileHandleForWriting.write(contentsOf: line)
    } catch {
      throw died()
    }
    let reply = try decode(try nextLine())
    if let error = reply.error { throw Problem(description: "\(name): \(error)", isRefusal: true) }
    return reply
  }

  /// Closes its input, which ends it, and does not wait for long.
  func end() {
    try? requests.fileHandleForWriting.close()
    let deadline = Clock.monotonic.now() + Seconds(0.2)
    while process.isRunning, Clock.monotonic.now() < deadline { Clock.monotonic.sleep(Seconds(0.001)) }
    if process.isRunning {
      let id = process.processIdentifier
      kill(getpgid(id) == id ? -id : id, SIGKILL)
      process.waitUntilExit()
    }
    try? answers.fileHandleForReading.close()
    try? FileManager.default.removeItem(at: errors)
  }

  private func nextLine() throws -> Data {
    let clock = Clock.monotonic
    let start = clock.now()
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        let line = received[..<end]
        received = Data(received[(end + 1)...])
        return line
      }
      if isInterrupted() { throw AgainstInterrupted() }
      guard clock.now() - start < limit else {
        throw Problem(
          description: "\(name): no answer for \(Format.significant(limit.value)) s, so it was ended")
      }
      try receive()
    }
  }

  /// Takes what comes within a twentieth of a second.
  private func receive() throws {
    let file = answers.fileHandleForReading.fileDescriptor
    var wanted = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, 50) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(file, &buffer, buffer.count)
    if count < 0, errno == EINTR { return }
    guard count > 0 else { throw died() }
    received.append(contentsOf: buffer[..<count])
    if received.count > Self.longestAnswer {
      throw Problem(description: "\(name): it prints without end; is it perwatt?")
    }
  }

  private func decode(_ line: Data) throws -> WorkerReply {
    if let reply = try? decoder.decode(WorkerReply.self, from: line),
      reply.version <= WorkerReply.currentVersion
    {
      return reply
    }
    struct Version: Decodable { let perwatt_worker: Int }
    guard let version = try? decoder.decode(Version.self, from: line).perwatt_worker else {
      let text = String(decoding: line.prefix(60), as: UTF8.self)
      throw Problem(description: "\(name): it answered '\(text)'; is it perwatt?")
    }
    guard version > WorkerReply.currentVersion else {
      throw Problem(description: "\(name): its answer is not one of version \(version)")
    }
    throw Problem(
      description:
        "\(name): its worker speaks version \(version), this program \(WorkerReply.currentVersion); run "
        + "against from the newer build")
  }

  private func died() -> Problem {
    for _ in 0..<100 where process.isRunning { Clock.monotonic.sleep(Seconds(0.01)) }
    let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
    let last = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    guard !process.isRunning, process.terminationReason == .exit else {
      let end = process.isRunning ? "closed its output" : "was ended by signal \(process.terminationStatus)"
      return Problem(description: "\(name): the worker \(end)")
    }
    // What argument parsers say about a subcommand that they do not have.
    if process.terminationStatus == 64 {
      return Problem(
        description: "\(name) has no 'perwatt worker': it is older than this command; choose a newer commit")
    }
    let words = last.map { ": \($0.prefix(200))" } ?? ""
    return Problem(description: "\(name): the worker ended with status \(process.terminationStatus)\(words)")
  }
}

/// Ctrl-C.
struct AgainstInterrupted: Error {}
