import Foundation
import Machine
import Measurement
import Quantities
import Results

/// The growing record of a run, stored after every case, so that nothing finished is lost.
final class Recorder {
  private(set) var record: RunRecord
  /// Where the run is stored; nil where it is not.
  private(set) var path: String?
  /// Why it could not be stored, if so.
  private(set) var problem: String?

  private let settings: RunSettings
  private let cpus: [Int]?
  private var run: OpenRun?

  /// - Parameter cpus: the CPU of each thread; nil where they are not pinned.
  init(settings: RunSettings, machine: MachineFacts, cpus: [Int]?) {
    (self.settings, self.cpus) = (settings, cpus)
    var origin = RunOrigin(
      toolVersion: Perwatt.version, commit: Commit.current(), buildConfiguration: Self.buildConfiguration,
      suite: settings.suite)
    origin.job = BatchJob(environment: ProcessInfo.processInfo.environment)
    let used = RunProtocol(
      plan: settings.plan, caseIDs: [], threads: settings.threads, seed: settings.seed, flags: settings.flags,
      cpus: cpus)
    record = RunRecord(origin: origin, machine: machine, protocolUsed: used)
  }

  /// Changes the record and stores it, from its first case on: a run that failed before that leaves no file. The
  /// first problem in storing is told and ends further tries.
  func update(_ change: (inout RunRecord) -> Void) {
    change(&record)
    record.protocolUsed = RunProtocol(
      plan: settings.plan, caseIDs: record.cases.map(\.id), threads: settings.threads, seed: settings.seed,
      flags: settings.flags, cpus: cpus)
    guard let folder = settings.results, problem == nil, !record.cases.isEmpty else { return }
    do {
      let open = try run ?? ResultsStore(folder: folder).begin(record)
      run = open
      path = open.path
      try open.save(record)
    } catch {
      problem = "\(error)"
      Console.note("warning: \(error); the run goes on and is not stored")
    }
  }

  static var buildConfiguration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }
}
