import Foundation
import Machine
import Measurement

/// The folder of results: `<machine>/machine.json` and `<machine>/<date>-<commit>-<suite>.json`.
///
/// Safe at any moment: a write that is cut short leaves the earlier state, and two writers get two files.
public struct ResultsStore: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// Writes `record` under a name of its own (`-2`, `-3` … where a day has several) and the machine's facts.
  /// Names are made of slugs, so that no key or suite leaves the folder.
  /// - Throws: `ResultsError` where the folder cannot be made or written.
  public func begin(_ record: RunRecord) throws(ResultsError) -> OpenRun {
    let stem = try place(record)
    return OpenRun(path: try Self.create(RecordJSON.encode(record), stem: stem))
  }

  /// Takes in the text of a run that was stored elsewhere, byte by byte; one that is here already stays the only one.
  /// - Parameter source: how messages call the text.
  /// - Returns: its path.
  /// - Throws: `ResultsError` where it is no whole record, or cannot be written.
  public func add(_ text: Data, source: String) throws(ResultsError) -> (path: String, record: RunRecord) {
    let record = try RecordJSON.decodeRun(text, path: source)
    let stem = try place(record)
    let (machine, name) = AtomicFile.split(stem)
    let twins = try runNames(String(AtomicFile.split(machine).name)).filter { $0.hasPrefix(name) }
    if let twin = twins.first(where: { FileManager.default.contents(atPath: "\(machine)/\($0)") == text }) {
      return ("\(machine)/\(twin)", record)
    }
    return (try Self.create(text, stem: stem), record)
  }

  /// Makes the machine's folder with its newest facts.
  /// - Returns: where a record belongs, without a number and the ending.
  private func place(_ record: RunRecord) throws(ResultsError) -> String {
    let machine = "\(folder)/\(Slug.make(record.machine.key))"
    try AtomicFile.makeFolder(machine)
    AtomicFile.removeLeftovers(in: machine)
    // Facts that another program told never take the place of facts that were read.
    if record.machine.givenKey == nil {
      try AtomicFile.replace("\(machine)/machine.json", with: RecordJSON.encode(record.machine))
    }
    return "\(machine)/\(Self.name(of: record))"
  }

  /// Stores `data` as `stem.json`, or `stem-2.json` … where that is taken.
  /// - Returns: the path.
  static func create(_ data: Data, stem: String) throws(ResultsError) -> String {
    let names = sequence(first: 1) { $0 + 1 }.lazy.map { $0 == 1 ? "\(stem).json" : "\(stem)-\($0).json" }
    return try AtomicFile.create(data, at: names)!  // names never end
  }

  /// Reads one run.
  /// - Throws: `ResultsError`, one line with the file's name.
  public static func load(_ path: String) throws(ResultsError) -> RunRecord {
    try RecordJSON.decodeRun(contents(path), path: path)
  }

  static func contents(_ path: String) throws(ResultsError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .notFound(path: path)
    }
    guard !isFolder.boolValue else { throw .damaged(path: path, reason: "it is a folder") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .system(path: path, reason: "cannot be read")
    }
    return data
  }

  /// The paths of all stored runs, by machine and date; none where there is no folder yet.
  /// - Throws: `ResultsError` where the folder cannot be read.
  public func list() throws(ResultsError) -> [String] {
    var paths: [String] = []
    for machine in try machines() {
      paths += try runNames(machine).map { "\(folder)/\(machine)/\($0)" }
    }
    return paths
  }

  /// The names of the machines' folders, sorted; none where there is no folder yet.
  /// - Throws: `ResultsError` where the folder cannot be read.
  public func machines() throws(ResultsError) -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    let names = try entries(folder).filter { !$0.hasPrefix(".") && AtomicFile.isFolder("\(folder)/\($0)") }
    return names.sorted()
  }

  /// The names of the runs in a machine's folder, by date.
  func runNames(_ machine: String) throws(ResultsError) -> [String] {
    RunName.sorted(try entries("\(folder)/\(machine)").filter(RunName.isRun))
  }

  private static func name(of record: RunRecord) -> String {
    let commit = record.origin.commit.value.map { String(Slug.make($0.hash).prefix(12)) } ?? "nocommit"
    return Slug.make("\(record.origin.started.prefix(10))-\(commit)-\(record.origin.suite)")
  }

  func entries(_ path: String) throws(ResultsError) -> [String] {
    guard AtomicFile.isFolder(path) else { throw .fileInTheWay(path: path) }
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
