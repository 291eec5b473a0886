import Foundation

/// Release builds of commits, kept in `.build/against`: a worktree that goes from commit to commit, so that only what
/// changed is compiled, its scratch folder, and the finished programs by their commits.
struct BuildCache {
  let checkout: GitCheckout
  private let files = FileManager.default

  var folder: String { "\(checkout.folder)/.build/against" }
  private var tree: String { "\(folder)/tree" }

  /// The program of a commit, built where it is not there yet.
  ///
  /// - Throws: `Failure`, `BuildFailure`, `AgainstInterrupted`.
  func program(of hash: String) throws -> String {
    let place = "\(folder)/\(hash.prefix(12))"
    let program = "\(place)/perwatt"
    if files.isExecutableFile(atPath: program) { return program }
    let lock = try FolderLock(folder)
    defer { lock.release() }
    try checkOut(hash)
    let log = "\(folder)/\(hash.prefix(12)).log"
    Console.note("building \(hash.prefix(10)) in \(tree); the first time takes minutes")
    let built = try build(in: tree, scratch: "\(folder)/scratch", log: log, of: "\(hash.prefix(10))")
    try? files.createDirectory(atPath: place, withIntermediateDirectories: true)
    // Copied beside its place and then renamed, so that no half of it is ever taken for the whole.
    try keep(built, as: program)
    return program
  }

  /// The program of the checkout as it is, with all local changes.
  ///
  /// - Throws: `Failure`, `BuildFailure`, `AgainstInterrupted`.
  func programOfWorkingTree() throws -> String {
    let lock = try FolderLock(folder)
    defer { lock.release() }
    Console.note("building \(checkout.folder) as it is")
    let built = try build(
      in: checkout.folder, scratch: nil, log: "\(folder)/working-tree.log", of: "the working tree")
    // A path as long as that of a commit's: its length moves the stack.
    let place = "\(folder)/working-tree"
    try? files.createDirectory(atPath: place, withIntermediateDirectories: true)
    try keep(built, as: "\(place)/perwatt")
    return "\(place)/perwatt"
  }

  /// Brings the worktree to the commit; one that is damaged is made anew.
  private func checkOut(_ hash: String) throws {
    let arguments = ["-C", tree, "checkout", "--quiet", "--force", "--detach", hash]
    let isWhole =
      Shell("git", ["-C", tree, "rev-parse", "--show-toplevel"]).text() == canonical(tree)
      && Shell("git", arguments).text() != nil && Shell("git", ["-C", tree, "clean", "-qfd"]).text() != nil
    if !isWhole {
      try? files.removeItem(atPath: tree)
      _ = checkout.git("worktree", "prune")
      guard checkout.git("worktree", "add", "--quiet", "--force", "--detach", tree, hash) != nil else {
        throw Failure("git cannot make a worktree in \(tree); make room, or make the folder yours")
      }
    }
    keepDependencies()
  }

  /// The versions of the packages that the working tree uses, where the commit names none.
  private func keepDependencies() {
    let (mine, other) = ("\(checkout.folder)/Package.resolved", "\(tree)/Package.resolved")
    if !files.fileExists(atPath: other) { try? files.copyItem(atPath: mine, toPath: other) }
  }

  private func build(in folder: String, scratch: String?, log: String, of name: String) throws -> String {
    let place = scratch.map { ["--scratch-path", $0] } ?? []
    let arguments = ["build", "-c", "release", "--product", "perwatt"] + place
    guard try Shell("swift", arguments, in: folder).run(log: log) else {
      throw BuildFailure(name: name, log: log)
    }
    let path = Shell("swift", arguments + ["--show-bin-path"], in: folder).text()
    guard let path, files.isExecutableFile(atPath: "\(path)/perwatt") else {
      throw Failure("\(name) was built, and there is no program \(path ?? "")/perwatt; see \(log)")
    }
    return "\(path)/perwatt"
  }

  private func keep(_ built: String, as program: String) throws {
    let half = "\(program).\(getpid())"
    try? files.removeItem(atPath: half)
    do {
      try files.copyItem(atPath: built, toPath: half)
    } catch {
      throw Failure("\(program) cannot be written; make room, or make the folder yours")
    }
    guard rename(half, program) == 0 else { throw Failure("\(program) cannot be replaced") }
  }

  private func canonical(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().path
  }
}

/// A commit that does not compile; one line.
struct BuildFailure: Error, CustomStringConvertible {
  let description: String

  init(name: String, log: String) {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    let lines = text.split(whereSeparator: \.isNewline)
    let line = lines.first { $0.contains("error:") } ?? lines.last
    let words = line.map { $0.trimmingCharacters(in: .whitespaces).prefix(200) } ?? "no output"
    description = "\(name) does not build: \(words); all of it is in \(log)"
  }
}

/// One process at a time in a folder; released by the system where a process dies.
struct FolderLock {
  private let file: Int32

  /// Makes the folder, and waits for nobody.
  ///
  /// - Parameter work: what another one does there, for its message.
  /// - Throws: `Failure`.
  init(_ folder: String, work: String = "builds") throws {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    file = open("\(folder)/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Failure("\(folder) cannot be written; make the folder yours") }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      throw Failure("another perwatt \(work) in \(folder); wait for it to end")
    }
  }

  func release() { close(file) }
}
