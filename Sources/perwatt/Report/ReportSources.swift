import Foundation
import Judgement
import Measurement
import Reports
import Results

/// What a user named, read.
struct ReportSources {
  /// Of one machine, at most so many suites are drawn.
  private static let most = 12

  private(set) var input: ReportInput
  private var machines: [String: (runs: [ReportInput.Run], history: TrackRecord?)] = [:]
  /// In the order of their names.
  private var files: [ReportInput.Run] = []
  private var problems: [String] = []

  /// - Parameters:
  ///   - paths: files of runs, folders of machines, folders of results.
  ///   - withHistories: whether everything that is stored of a folder's machines is judged.
  /// - Throws: `ResultsError`, `Failure` where there is no run.
  init(_ paths: [String], withHistories: Bool) throws {
    input = ReportInput(machines: [])
    for path in paths { try Self.isFolder(path) ? add(folder: path, withHistories) : add(file: path) }
    let found = machines.sorted { $0.key < $1.key }.filter { !$0.value.runs.isEmpty }
    guard !found.isEmpty else {
      let found = problems.first.map { " that can be read (\($0))" } ?? ""
      throw Failure(
        "\(paths.joined(separator: ", ")): no stored run there\(found); perwatt run measures one and stores it"
      )
    }
    let comparison = compare()
    input = ReportInput(
      machines: found.map { .init(name: $0.key, runs: $0.value.runs, history: $0.value.history) },
      comparison: comparison, problems: problems)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private mutating func add(file path: String) throws {
    let run = ReportInput.Run(file: path, record: try ResultsStore.load(path))
    if !files.contains(where: { $0.file == path }) { files.append(run) }
    insert([run], of: Slug.make(run.record.machine.key))
  }

  /// A folder of results holds folders, a machine's holds runs.
  private mutating func add(folder: String, _ withHistories: Bool) throws {
    let path = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    guard names.contains(where: { $0.hasSuffix(".json") && $0.first?.isNumber == true }) else {
      for name in try ResultsStore(folder: path).machines() {
        try add(machine: name, in: path, withHistories)
      }
      return
    }
    let parts = URL(filePath: path).standardizedFileURL
    let above = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) : "."
    try add(machine: parts.lastPathComponent, in: above.isEmpty ? "/" : above, withHistories)
  }

  private mutating func add(machine: String, in results: String, _ withHistories: Bool) throws {
    let stored = try StoredHistories(results: results, machine: machine)
    problems += stored.problems
    var runs: [ReportInput.Run] = []
    for summary in Self.newest(stored.runs) {
      runs.append(.init(file: summary.path, record: try ResultsStore.load(summary.path)))
    }
    insert(runs, of: machine)
    if withHistories, !stored.runs.isEmpty {
      machines[machine]?.history = stored.tracker().judge(stored.runs, machine: machine)
    }
  }

  private mutating func insert(_ runs: [ReportInput.Run], of machine: String) {
    let known = Set(machines[machine, default: ([], nil)].runs.map(\.file))
    machines[machine, default: ([], nil)].runs += runs.filter { !known.contains($0.file) }
  }

  /// The newest valid runs that together have every case of the valid ones, beside each other program; the newest of all
  /// where none is valid.
  private static func newest(_ runs: [RunSummary]) -> [RunSummary] {
    let ordered = runs.sorted { ($0.origin.started, $0.path) > ($1.origin.started, $1.path) }
    var seen: Set<String> = []
    let valid = ordered.filter { run in
      guard run.validity.status == .valid, run.origin.commit.value?.dirty != true else { return false }
      let peer = run.facts.first { $0.name == RunFact.beside }?.value ?? ""
      // Not `contains`: every case has to be taken down.
      return run.figures.count { seen.insert("\($0.key.caseID)\n\($0.key.threads)\n\(peer)").inserted } > 0
    }
    return Array((valid.isEmpty ? Array(ordered.prefix(1)) : valid).prefix(most))
  }

  /// The second of two runs that were named by the first, where they are of one machine and suite.
  private mutating func compare() -> Comparison? {
    guard files.count == 2, files[0].record.machine.key == files[1].record.machine.key,
      files[0].record.origin.suite == files[1].record.origin.suite
    else { return nil }
    let sides = files.map {
      RunSide(name: $0.file.split(separator: "/").last.map(String.init) ?? $0.file, runs: [$0.record])
    }
    do {
      return try Comparison(sides[1], over: sides[0])
    } catch {
      problems.append("not compared: \(error)")
      return nil
    }
  }
}
