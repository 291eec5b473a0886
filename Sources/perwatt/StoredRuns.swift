import Foundation
import Judgement
import Results

/// Stored runs by paths: files, folders of one machine's runs, or several of both separated by commas.
///
/// A file that is named has to be whole; one that is only found in a folder is told and left out, and so are runs there
/// that are not valid.
enum StoredRuns {
  /// One side of a comparison. Folders are read by way of their index, so that thousands of runs take no time.
  ///
  /// - Throws: `ResultsError`, `Failure` where there is no run.
  static func load(_ paths: String) throws -> RunSide {
    let names = paths.split(separator: ",").map(String.init)
    var found: [(path: String, run: ComparedRun)] = []
    for name in names {
      if isFolder(name) {
        found += try summaries(name).map { ($0.path, ComparedRun($0)) }
      } else {
        found.append((name, ComparedRun(try ResultsStore.load(name))))
      }
    }
    guard !found.isEmpty else { throw nothing(paths) }
    var side = RunSide(name: names.map(shortName).joined(separator: ", "), runs: found.map(\.run))
    // The newest one, the last of its folder, also stands for the side's energy and models.
    for index in Set(side.runsThatNeedSamples + [found.count - 1]).sorted() {
      side.runs[index] = ComparedRun(try ResultsStore.load(found[index].path))
    }
    return side
  }

  /// The only run of a file or a folder.
  ///
  /// - Parameter option: what wants a single one.
  /// - Throws: `ResultsError`, `Failure` where there is none, or more.
  static func single(_ paths: String, for option: String) throws -> RunRecord {
    let names = paths.split(separator: ",").map(String.init)
    let files = try names.flatMap { isFolder($0) ? try summaries($0).map(\.path) : [$0] }
    guard let file = files.first else { throw nothing(paths) }
    guard files.count == 1 else {
      throw Failure("\(option) compares within one run; \(paths) holds \(files.count)")
    }
    return try ResultsStore.load(file)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func summaries(_ folder: String) throws -> [RunSummary] {
    let wait = LongReading()
    let index = try ResultsIndex.load(machine: folder, progress: wait.tell)
    wait.end()
    for problem in index.problems { Console.note("warning: \(problem); it is left out") }
    let valid = index.runs.filter { $0.validity.status != .invalid }
    let left = index.runs.count - valid.count
    if left > 0 {
      Console.note("note: \(left) of \(index.runs.count) runs in \(folder) are invalid and left out")
    }
    return valid
  }

  private static func nothing(_ paths: String) -> Failure {
    Failure("\(paths): no stored run there; perwatt run stores one")
  }

  private static func shortName(_ path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.hasSuffix(".json") ? String(last.dropLast(5)) : last
  }
}
