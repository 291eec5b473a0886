import ArgumentParser
import Machine
import Measurement
import Results

/// Which stored run a judgement rests on.
struct StoredRunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A stored run (default: the newest valid one of this machine).", valueName: "file"))
  var run: String?

  /// The run; nil, with a note, where this machine has none.
  ///
  /// - Parameter results: the folder of stored runs.
  /// - Throws: `Failure` where the run that was named is not valid, `ResultsError` where it cannot be read.
  func record(in results: String) throws -> RunRecord? {
    if let run {
      let record = try Self.valid(run)
      guard record.device == nil else {
        throw Failure(
          "\(run): not perwatt, but another program took this run; name one of perwatt (claims takes a GPU's as --gpu)"
        )
      }
      return record
    }
    if let record = try newest(in: results) { return record }
    Console.note(
      "note: \(results) has no valid run of this machine (\(MachineFacts.read().key)); measure one with perwatt run, "
        + "or name one with --run")
    return nil
  }

  private static func valid(_ path: String) throws -> RunRecord {
    let record = try ResultsStore.load(path)
    guard record.validity.status == .valid else {
      let reasons = record.validity.reasons.joined(separator: "; ")
      throw Failure("\(path): the run is \(record.validity.status.rawValue) (\(reasons)); name a valid one")
    }
    return record
  }

  /// The run of a GPU that is named, else the newest valid one of any machine; nil where none is stored.
  ///
  /// - Throws: `Failure` where the one that is named is not valid, `ResultsError` where it cannot be read.
  static func gpuRun(_ path: String?, in results: String) throws -> (path: String, record: RunRecord)? {
    if let path { return (path, try valid(path)) }
    let paths = try ResultsStore(folder: results).list().filter { $0.contains(/-gpu(-quick)?(-\d+)?\.json$/) }
    let runs = paths.compactMap { path in (try? valid(path)).map { (path: path, record: $0) } }
      .filter { $0.record.device?.kind == .cuda }
    return runs.max { $0.record.origin.started < $1.record.origin.started }
  }

  /// By the time at which it began: the names of one day are sorted by commit.
  private func newest(in results: String) throws -> RunRecord? {
    let folder = "\(results)/\(Slug.make(MachineFacts.read().key))/"
    let names = try ResultsStore(folder: results).list().filter {
      $0.hasPrefix(folder) && $0.contains(/-(run|claims)(-quick)?(-\d+)?\.json$/)
    }
    let days = Dictionary(grouping: names) { $0.dropFirst(folder.count).prefix(10) }
    for (_, names) in days.sorted(by: { $0.key > $1.key }) {
      let valid = names.compactMap { try? ResultsStore.load($0) }.filter { $0.validity.status == .valid }
      if let newest = valid.max(by: { $0.origin.started < $1.origin.started }) { return newest }
    }
    return nil
  }
}
