import Foundation
import Judgement
import Machine
import Measurement
import Results

/// All that is stored about one machine, and the checkout's commits.
struct StoredHistories {
  let store: ResultsStore
  let machine: String
  let runs: [RunSummary]
  let blessings: [Blessing]
  /// What could not be read, one line each.
  let problems: [String]
  /// The checkout that knows the runs' commits, if any does, and their order.
  let checkout: String?
  let commits: CommitOrder

  /// - Parameter machine: the name of its folder; nil for this machine's.
  init(results: String, machine: String?) throws {
    store = ResultsStore(folder: results)
    self.machine = try Self.find(machine, in: store)
    let wait = LongReading()
    let index = try ResultsIndex.load(store, machines: [self.machine], progress: wait.tell)
    wait.end()
    let accepted = try store.blessings(machine: self.machine)
    (runs, blessings) = (index.runs, accepted.list)
    problems = (index.problems + accepted.problems).map(\.description)
    (checkout, commits) = Self.order(of: index.runs, near: "\(results)/\(self.machine)")
  }

  func tracker(filter: String? = nil, alternatives: Set<String>? = nil) -> Tracker {
    var tracker = Tracker(commits: commits, blessings: blessings)
    (tracker.filter, tracker.alternatives) = (filter, alternatives)
    return tracker
  }

  private static func find(_ name: String?, in store: ResultsStore) throws -> String {
    let wanted = name ?? Slug.make(MachineFacts.read().key)
    let known = try store.machines()
    if known.contains(wanted) { return wanted }
    let others = known.isEmpty ? "none at all" : "only of \(known.joined(separator: ", "))"
    let hint = name == nil ? "measure some: perwatt track" : "name one of those with --machine"
    throw Failure(
      "\(store.folder): no runs of \(wanted), \(others); \(known.isEmpty ? "measure some: perwatt track" : hint)"
    )
  }

  /// By the checkout in which the results lie, or else the program's: the first that knows one of the commits.
  private static func order(of runs: [RunSummary], near folder: String) -> (String?, CommitOrder) {
    let hashes = Set(runs.compactMap { $0.origin.commit.value?.hash })
    guard !hashes.isEmpty else { return (nil, CommitOrder()) }
    for checkout in [folder, Git.programFolder] {
      let form = ["log", "--format=%H %cd %P", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"]
      guard let log = Git.output(in: checkout, form) else { continue }
      let order = CommitOrder(log: log)
      if hashes.contains(where: { order.place(of: $0) != nil }) { return (checkout, order) }
    }
    return (nil, CommitOrder())
  }
}
