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

  /// Results of llama-bench are a few kilobytes.
  private static let mostOutput: UInt64 = 16 << 20
  private static let lookEvery = Seconds(0.02)

  var program: String
  var limit: Seconds
  var isInterrupted: () -> Bool

  /// Runs the program with `arguments` and returns what it printed.
  ///
  /// - Throws: `Problem` where it cannot be started, fails, takes longer than the limit or prints without end.
  func output(_ arguments: [String]) throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(path: "perwatt-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, because a full pipe would stop it while nobody reads.
    let (out, errors) = (folder.appending(path: "out"), folder.appending(path: "errors"))
    let process = Process()
    process.executableURL = URL(filePath: try path())
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.file(out)
    process.standardError = try Self.file(errors)
    do {
      try process.run()
    } catch {
      throw Problem(description: "\(program) cannot be started; check the path", isLasting: true)
    }
    defer { Self.end(process) }
    try wait(for: process, files: [out, errors])
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw Problem(description: "\(Self.ending(process))\(Self.lastLine(of: errors))")
    }
    return try Data(contentsOf: out)
  }

  private func wait(for process: Process, files: [URL]) throws {
    let clock = Clock.monotonic
    let start = clock.now()
    while process.isRunning {
      if isInterrupted() { throw Problem(description: "interrupted", isLasting: true) }
      if clock.now() - start > limit {
        let seconds = Format.significant(limit.value)
        throw Problem(
          description: "still running after \(seconds) s, so it was ended; give more with --peer-limit",
          isLasting: true)
      }
      let sizes = files.map { (try? $0.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0 }
      if sizes.contains(where: { $0 > Self.mostOutput }) {
        throw Problem(description: "prints without end, so it was ended; is it llama-bench?", isLasting: true)
      }
      clock.sleep(Self.lookEvery)
    }
  }

  /// Asks first, because a program may have something to put away, and then does not.
  private static func end(_ process: Process) {
    guard process.isRunning else { return }
    let id = process.processIdentifier
    // A script's own children are of its group.
    let target = getpgid(id) == id ? -id : id
    kill(target, SIGTERM)
    for _ in 0..<100 where process.isRunning { Clock.monotonic.sleep(Seconds(0.01)) }
    if process.isRunning { kill(target, SIGKILL) }
    process.waitUntilExit()
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
        description: "\(program): \(place); build llama.cpp and give --peer llama-bench=PATH", isLasting: true
      )
    }
    return found
  }

  private static func file(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  private static func ending(_ process: Process) -> String {
    process.terminationReason == .exit
      ? "ended with status \(process.terminationStatus)"
      : "was ended by signal \(process.terminationStatus)"
  }

  /// What it said at last, if anything.
  private static func lastLine(of file: URL) -> String {
    let text = String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    return line.map { ": \($0.prefix(200))" } ?? " and said nothing"
  }
}
