import Foundation
import Measurement
import Quantities

/// Another program, run to its end or to the end of patience; Ctrl-C ends it, too.
struct ChildProcess {
  /// What went wrong, in one line.
  struct Problem: Error, CustomStringConvertible {
    let description: String
    /// Whether another start would fail likewise.
    var isLasting = false
  }

  /// What messages advise.
  struct Advice {
    /// Where it took longer than its limit.
    var limit: String
    /// Where it is not to be found.
    var missing: String
    /// Where it prints without end.
    var endless: String

    static let peer = Advice(
      limit: "give more with --peer-limit", missing: "build llama.cpp and give --peer llama-bench=PATH",
      endless: "is it llama-bench?")
  }

  /// Where its input comes from and its output goes: files, because a full pipe would stop it while nobody reads.
  struct Streams {
    var input = FileHandle.nullDevice
    var out: URL
    var errors: URL
  }

  private static let lookEvery = Seconds(0.02)

  var program: String
  var limit: Seconds
  var isInterrupted: () -> Bool
  var advice = Advice.peer
  /// The beginnings of lines that tell why it failed, the first kind before others.
  var kinds = ["error:"]
  /// Bytes of its output; results of llama-bench are a few kilobytes.
  var most = 16 << 20
  /// Is called now and then while it runs.
  var onLook: () -> Void = {}

  /// Runs the program with `arguments` and returns what it printed.
  ///
  /// - Throws: `Problem` where it cannot be started, fails, takes longer than the limit or prints without end.
  func output(_ arguments: [String]) throws -> Data {
    try TemporaryFolder.with { folder in
      let streams = Streams(out: folder.appending(path: "out"), errors: folder.appending(path: "errors"))
      let status = try status(arguments, streams)
      guard status == 0 else {
        throw Problem(
          description: "ended with status \(status)\(Self.lastWords(streams.errors, of: kinds))")
      }
      return try Data(contentsOf: streams.out)
    }
  }

  /// Runs the program with `arguments` to its end.
  /// - Returns: its exit status.
  /// - Throws: `Problem` where it cannot be started, is ended by a signal, takes longer than the limit or prints without
  ///   end.
  func status(_ arguments: [String], _ streams: Streams) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: try path())
    process.arguments = arguments
    process.standardInput = streams.input
    process.standardOutput = try Self.file(streams.out)
    process.standardError = try Self.file(streams.errors)
    do {
      try process.run()
    } catch {
      throw Problem(description: "\(program) cannot be started; check the path", isLasting: true)
    }
    defer { Self.end(process) }
    let ending = try wait(for: process, streams)
    guard ending.isExit else {
      throw Problem(
        description: "was ended by signal \(ending.status)\(Self.lastWords(streams.errors, of: kinds))")
    }
    return ending.status
  }

  private struct Ending {
    var isExit: Bool
    /// The exit status, or the signal.
    var status: Int32
  }

  /// How it ended; nil while it runs. Foundation alone would not tell in time: it learns of an end where the last file
  /// that it shares with the child is closed, which ssh does at once, and then waits for that child before all others.
  private static func ending(of process: Process) -> Ending? {
    var info = siginfo_t()
    let id = id_t(process.processIdentifier)
    guard waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) == 0 else {
      // Foundation has seen to it.
      process.waitUntilExit()
      return Ending(isExit: process.terminationReason == .exit, status: process.terminationStatus)
    }
    let child = info._sifields._sigchld
    guard child.si_pid != 0 else { return nil }
    return Ending(isExit: info.si_code == Int32(CLD_EXITED), status: child.si_status)
  }

  private func wait(for process: Process, _ streams: Streams) throws -> Ending {
    let clock = Clock.monotonic
    let start = clock.now()
    while true {
      if let ending = Self.ending(of: process) { return ending }
      if isInterrupted() { throw Problem(description: "interrupted", isLasting: true) }
      if clock.now() - start > limit {
        let seconds = Format.significant(limit.value)
        throw Problem(
          description: "still running after \(seconds) s, so it was ended; \(advice.limit)", isLasting: true)
      }
      let sizes = [streams.out, streams.errors].map {
        (try? FileManager.default.attributesOfItem(atPath: $0.path)[.size] as? Int) ?? 0
      }
      if sizes.contains(where: { $0 > most }) {
        throw Problem(
          description: "prints without end, so it was ended; \(advice.endless)", isLasting: true)
      }
      onLook()
      clock.sleep(Self.lookEvery)
    }
  }

  /// Asks first, because a program may have something to put away, and then does not.
  private static func end(_ process: Process) {
    guard ending(of: process) == nil else { return }
    let id = process.processIdentifier
    // A script's own children are of its group.
    let target = getpgid(id) == id ? -id : id
    kill(target, SIGTERM)
    for _ in 0..<100 where ending(of: process) == nil { Clock.monotonic.sleep(Seconds(0.01)) }
    if ending(of: process) == nil { kill(target, SIGKILL) }
    while ending(of: process) == nil { Clock.monotonic.sleep(Seconds(0.01)) }
  }

  /// The program itself where it is a path, else the first of that name in the search path.
  private func path() throws -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = program.contains("/") ? [program] : folders.map { "\($0)/\(program)" }
    var isFolder: ObjCBool = false
    let found = candidates.first {
      FileManager.default.isExecutableFile(atPath: $0)
        && FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
    }
    guard let found else {
      let place = program.contains("/") ? "no program of that name" : "not in the search path"
      throw Problem(
        description: "\(program): \(place); \(advice.missing)", isLasting: true)
    }
    return found
  }

  private static func file(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  /// The last line of the first of these kinds that it said, else what it said at last, if anything, after a colon.
  static func lastWords(_ errors: URL, of kinds: [String] = ["error:"]) -> String {
    let text = String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    let told = kinds.lazy.compactMap { kind in lines.last { $0.lowercased().hasPrefix(kind) } }.first
    return (told ?? lines.last).map { ": \($0.prefix(200))" } ?? " and said nothing"
  }

  /// Perwatt tells by a warning that it could not store its run.
  static let ownKinds = ["error:", "warning:"]
}
