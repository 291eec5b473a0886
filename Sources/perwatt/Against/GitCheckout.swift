import Foundation

/// The git checkout that someone works in. Nothing here changes its files or its index.
struct GitCheckout {
  /// Its top folder.
  let folder: String

  /// The checkout around `path`.
  ///
  /// - Throws: `Failure` where there is none.
  init(around path: String) throws {
    let found = Shell("git", ["-C", path, "rev-parse", "--show-toplevel"]).text()
    guard let folder = found, !folder.isEmpty else {
      throw Failure("\(path) is in no git checkout; go to a clone of perwatt, or give --binary PATH")
    }
    self.folder = folder
  }

  /// What git prints for these arguments; nil where it fails.
  func git(_ arguments: String...) -> String? { Shell("git", ["-C", folder] + arguments).text() }

  /// The full hash of a commit, branch or tag.
  ///
  /// - Throws: `Failure` for what names no commit.
  func commit(_ name: String) throws -> String {
    guard !name.hasPrefix("-"), let hash = git("rev-parse", "--verify", "--quiet", "\(name)^{commit}"),
      !hash.isEmpty
    else {
      throw Failure(
        "'\(name)' is no commit, branch or tag of \(folder); git log --oneline and git branch list them")
    }
    return hash
  }

  /// The commit that is checked out, short, and whether anything is changed; stored results do not count.
  func state() -> (hash: String, isDirty: Bool)? {
    guard let hash = git("rev-parse", "--short=10", "HEAD"),
      let changes = git("status", "--porcelain", "--", ":/", ":(exclude,top)results")
    else { return nil }
    return (hash, !changes.isEmpty)
  }
}

/// A short command of another program.
struct Shell {
  var program: String
  var arguments: [String]
  var folder: String?

  init(_ program: String, _ arguments: [String], in folder: String? = nil) {
    (self.program, self.arguments, self.folder) = (program, arguments, folder)
  }

  /// What it prints, without white space at the ends; nil where it fails.
  func text() -> String? {
    let process = process()
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Runs it with all its output in `log`. False where it fails.
  ///
  /// - Throws: `AgainstInterrupted`, after it was ended; `Failure` where it cannot be started.
  func run(log: String) throws -> Bool {
    guard FileManager.default.createFile(atPath: log, contents: nil),
      let file = FileHandle(forWritingAtPath: log)
    else { throw Failure("\(log) cannot be written; make room, or make the folder yours") }
    let process = process()
    (process.standardOutput, process.standardError) = (file, file)
    do {
      try process.run()
    } catch {
      throw Failure("\(program) cannot be started; is it in the search path?")
    }
    while process.isRunning {
      if Interrupt.isRequested {
        Self.end(process)
        throw AgainstInterrupted()
      }
      usleep(20_000)
    }
    return process.terminationReason == .exit && process.terminationStatus == 0
  }

  private func process() -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = FileHandle.nullDevice
    // Within a hook these would send git to the user's index, wherever -C points.
    process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    return process
  }

  /// Compilers are of its group.
  private static func end(_ process: Process) {
    let id = process.processIdentifier
    let target = getpgid(id) == id ? -id : id
    kill(target, SIGTERM)
    for _ in 0..<500 where process.isRunning { usleep(10_000) }
    if process.isRunning { kill(target, SIGKILL) }
    process.waitUntilExit()
  }
}
