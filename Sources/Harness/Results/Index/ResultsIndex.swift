import Foundation
import Synchronization

/// The summaries of all stored runs, from a cache beside them and from the files that are newer than it.
///
/// The cache lies under `.index` in the folder of results, which git ignores by a file of its own. It is only ever a
/// copy: deleted, damaged or out of date, it is made again from the runs.
public struct ResultsIndex: Sendable {
  /// By machine and date, as `ResultsStore.list()`.
  public var runs: [RunSummary] = []
  /// Files that could not be read, each with its name: damaged ones, and those of a newer version.
  public var problems: [ResultsError] = []

  /// Reads the summaries of some machines' folders, or of all.
  /// - Parameter progress: called where files have to be read, with how many are done and how many there are.
  /// - Throws: `ResultsError` where the folder cannot be read; a file that cannot is one of the `problems`.
  public static func load(
    _ store: ResultsStore, machines: [String]? = nil,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(ResultsError) -> ResultsIndex {
    var index = ResultsIndex()
    let folders = if let machines { machines } else { try store.machines() }
    for machine in folders { try index.add(machine, of: store, progress) }
    return index
  }

  /// Reads the summaries of what a user names: the folder of results, or a machine's folder in it.
  /// - Throws: `ResultsError` where it is no folder.
  public static func load(folder: String, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in })
    throws(ResultsError) -> ResultsIndex
  {
    guard AtomicFile.isFolder(folder) else { throw .notFound(path: folder) }
    let folder = withoutSlash(folder)
    guard try ResultsStore(folder: folder).entries(folder).contains(where: RunName.isRun) else {
      return try load(ResultsStore(folder: folder), progress: progress)
    }
    return try load(machine: folder, progress: progress)
  }

  /// Reads the summaries of one machine's folder, by its path.
  /// - Throws: `ResultsError` where it is no folder.
  public static func load(
    machine folder: String, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(ResultsError) -> ResultsIndex {
    let (above, name) = AtomicFile.split(withoutSlash(folder))
    return try load(ResultsStore(folder: above), machines: [String(name)], progress: progress)
  }

  private static func withoutSlash(_ folder: String) -> String {
    folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
  }

  private mutating func add(_ machine: String, of store: ResultsStore, _ progress: (Int, Int) -> Void)
    throws(ResultsError)
  {
    let folder = "\(store.folder)/\(machine)"
    let cache = "\(store.folder)/.index/\(machine).index"
    let known = IndexFile.read(cache, folder: folder) ?? [:]
    let names = try store.runNames(machine)
    var fresh: [String: IndexFile.Entry] = [:]
    var unread: [(name: String, stamp: FileStamp)] = []
    for name in names {
      // A file that has just gone is none.
      guard let stamp = FileStamp("\(folder)/\(name)") else { continue }
      if let entry = known[name], entry.stamp == stamp {
        fresh[name] = entry
      } else {
        unread.append((name, stamp))
      }
    }
    let kept = fresh.count
    for (file, result) in zip(unread, Self.summaries(unread.map { "\(folder)/\($0.name)" }, progress)) {
      switch result {
      case .success(let summary): fresh[file.name] = IndexFile.Entry(stamp: file.stamp, summary: summary)
      case .failure(let problem): problems.append(problem)
      }
    }
    runs += names.compactMap { fresh[$0]?.summary }
    let lasting = fresh.filter { $0.value.stamp.isSettled }
    if lasting.count != kept || kept != known.count { Self.store(lasting, at: cache) }
  }

  private static func store(_ entries: [String: IndexFile.Entry], at path: String) {
    let folder = String(path[..<path.lastIndex(of: "/")!])
    guard (try? AtomicFile.makeFolder(folder)) != nil else { return }
    AtomicFile.removeLeftovers(in: folder)
    let ignore = "\(folder)/.gitignore"
    if FileStamp(ignore) == nil { _ = try? AtomicFile.replace(ignore, with: Data("*\n".utf8)) }
    IndexFile.write(entries, to: path)
  }

  /// Reads files on all cores, in pieces that are small enough to tell how far it is.
  private static func summaries(_ paths: [String], _ progress: (Int, Int) -> Void)
    -> [Result<RunSummary, ResultsError>]
  {
    let workers = (0..<ProcessInfo.processInfo.activeProcessorCount).map { _ in Worker() }
    var all: [Result<RunSummary, ResultsError>] = []
    for start in stride(from: 0, to: paths.count, by: 512) {
      let piece = Array(paths[start..<min(start + 512, paths.count)])
      let next = Atomic(0)
      let found = Mutex<[Int: Result<RunSummary, ResultsError>]>([:])
      DispatchQueue.concurrentPerform(iterations: workers.count) { number in
        let results = workers[number].read(piece, next)
        found.withLock { $0.merge(results) { first, _ in first } }
      }
      all += found.withLock { results in piece.indices.map { results[$0]! } }
      progress(all.count, paths.count)
    }
    return all
  }

  private final class Worker: Sendable {
    private let reader = Mutex(SummaryReader())

    /// Reads files that no other worker took, by their numbers.
    func read(_ paths: [String], _ next: borrowing Atomic<Int>) -> [Int: Result<RunSummary, ResultsError>] {
      reader.withLock { reader in
        var results: [Int: Result<RunSummary, ResultsError>] = [:]
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          guard index < paths.count else { return results }
          results[index] = Result { () throws(ResultsError) in try reader.summary(paths[index]) }
        }
      }
    }
  }
}
