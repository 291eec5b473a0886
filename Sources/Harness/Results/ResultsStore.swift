import Foundation
import Machine
import Measurement

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The folder of results: `<machine>/machine.json` and `<machine>/<date>-<commit>-<suite>.json`.
public struct ResultsStore: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// Writes `record` under a name of its own (`-2`, `-3` … where a day has several) and the machine's facts.
  /// Names are made of slugs, so that no key or suite leaves the folder.
  /// - Throws: `ResultsError` where the folder cannot be made or written.
  public func begin(_ record: RunRecord) throws(ResultsError) -> OpenRun {
    let machine = "\(folder)/\(Slug.make(record.machine.key))"
    try makeFolder(machine)
    // Facts that another program told never take the place of facts that were read.
    if record.machine.givenKey == nil {
      try AtomicFile.replace("\(machine)/machine.json", with: RecordJSON.encode(record.machine))
    }
    let text = try RecordJSON.encode(record)
    let path = try freeName("\(machine)/\(Self.name(of: record))")
    do throws(ResultsError) {
      try AtomicFile.replace(path, with: text)
    } catch {
      unlink(path)  // the empty file that held the name
      throw error
    }
    return OpenRun(path: path)
  }

  /// Reads one run.
  /// - Throws: `ResultsError`, one line with the file's name.
  public static func load(_ path: String) throws(ResultsError) -> RunRecord {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .notFound(path: path)
    }
    guard !isFolder.boolValue else { throw .damaged(path: path, reason: "it is a folder") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .system(path: path, reason: "cannot be read")
    }
    return try RecordJSON.decodeRun(data, path: path)
  }

  /// The paths of all stored runs, by machine and date; none where there is no folder yet.
  /// - Throws: `ResultsError` where the folder cannot be read.
  public func list() throws(ResultsError) -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    var runs: [String] = []
    for machine in try entries(folder).sorted() {
      let path = "\(folder)/\(machine)"
      guard isFolder(path) else { continue }
      let names = try entries(path).filter { $0.hasSuffix(".json") && Self.isRun($0) }
      // Without the ending, `…-kernels` sorts before `…-kernels-2`, and that before `…-kernels-10`.
      let stems = names.map { $0.dropLast(5) }.sorted {
        $0.compare($1, options: .numeric) == .orderedAscending
      }
      runs += stems.map { "\(path)/\($0).json" }
    }
    return runs
  }

  /// Runs start with a date; `machine.json` and others do not.
  private static func isRun(_ name: String) -> Bool {
    name.prefixMatch(of: /\d{4}-\d\d-\d\d-/) != nil
  }

  private static func name(of record: RunRecord) -> String {
    let commit = record.origin.commit.value.map { String(Slug.make($0.hash).prefix(12)) } ?? "nocommit"
    return Slug.make("\(record.origin.started.prefix(10))-\(commit)-\(record.origin.suite)")
  }

  private func freeName(_ stem: String) throws(ResultsError) -> String {
    var path = "\(stem).json"
    var number = 1
    while try !AtomicFile.reserve(path) {
      number += 1
      path = "\(stem)-\(number).json"
    }
    return path
  }

  private func makeFolder(_ path: String) throws(ResultsError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? part : "/\(part)"
      if mkdir(made, 0o755) == 0 || isFolder(made) { continue }
      throw .from(errno, path: made)
    }
  }

  private func isFolder(_ path: String) -> Bool {
    let code = errno  // of the caller's failed attempt
    defer { errno = code }
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private func entries(_ path: String) throws(ResultsError) -> [String] {
    guard isFolder(path) else { throw .fileInTheWay(path: path) }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw .system(path: path, reason: "cannot be read")
    }
  }
}

/// A run whose file exists. Saved after every case, it keeps what was measured through any crash; opened on
/// the file of an interrupted run, it goes on with it.
public struct OpenRun: Hashable, Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// Replaces the file by `record`, atomically.
  /// - Throws: `ResultsError`; the earlier state of the file stays whole.
  public func save(_ record: RunRecord) throws(ResultsError) {
    try AtomicFile.replace(path, with: RecordJSON.encode(record))
  }
}
