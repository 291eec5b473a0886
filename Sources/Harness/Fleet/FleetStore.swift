import Foundation
import Measurement
import Results

/// Fleets within a folder of results: `fleet/<name>/plan.json`, and a file for each node under `nodes`, so that what one
/// node does costs the same however many there are, and never touches another's.
public struct FleetStore: Sendable {
  /// The folder of results.
  public let results: String
  public let name: String

  public var folder: String { "\(results)/fleet/\(name)" }
  public var logs: String { "\(folder)/logs" }

  /// - Throws: `FleetError` for what cannot be the name of a folder.
  public init(results: String, name: String) throws(FleetError) {
    // A folder whose name ends like a record would be taken for one.
    guard Slug.isValid(name), !name.hasSuffix(".json") else {
      throw FleetError(
        "--name \(name): use lower-case letters, digits, dots and dashes, as in \(Slug.make(name))")
    }
    (self.results, self.name) = (results, name)
  }

  /// The fleet that began last; nil where there is none.
  public static func newest(in results: String) -> FleetStore? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(results)/fleet")) ?? []
    let found = names.compactMap { name in
      let store = try? FleetStore(results: results, name: name)
      return store.flatMap { store in (try? store.plan()).map { (store, $0.started) } }
    }
    return found.max { ($0.1, $0.0.name) < ($1.1, $1.0.name) }?.0
  }

  /// `stem`, or `stem-2` … where a fleet of that name has begun.
  public static func free(_ stem: String, in results: String) throws(FleetError) -> FleetStore {
    var store = try FleetStore(results: results, name: stem)
    var count = 1
    while store.exists {
      count += 1
      store = try FleetStore(results: results, name: "\(stem)-\(count)")
    }
    return store
  }

  public var exists: Bool { FileManager.default.fileExists(atPath: planPath) }
  private var planPath: String { "\(folder)/plan.json" }
  private func path(_ node: Int) -> String { "\(folder)/nodes/\(node).json" }

  /// - Throws: `ResultsError` where the folder cannot be written.
  public func begin(_ plan: FleetPlan) throws(ResultsError) {
    try AtomicFile.makeFolder("\(folder)/nodes")
    try AtomicFile.makeFolder(logs)
    try AtomicFile.replace(planPath, with: RecordJSON.encode(plan))
  }

  /// - Throws: `ResultsError`.
  public func save(_ node: FleetNode) throws(ResultsError) {
    try AtomicFile.replace(path(node.number), with: RecordJSON.encode(node))
  }

  /// - Throws: `ResultsError` where it is missing, damaged or newer.
  public func plan() throws(ResultsError) -> FleetPlan {
    guard let data = FileManager.default.contents(atPath: planPath) else { throw .notFound(path: planPath) }
    let plan = try RecordJSON.decode(FleetPlan.self, data, path: planPath)
    guard plan.schemaVersion <= FleetPlan.currentSchema else {
      throw .newerSchema(path: planPath, version: plan.schemaVersion)
    }
    return plan
  }

  /// All nodes of the plan, in its order; one that nothing is known of is pending.
  public func nodes(of plan: FleetPlan) -> [FleetNode] {
    plan.target.names.enumerated().map { number, name in
      let stored = FileManager.default.contents(atPath: path(number))
        .flatMap { try? RecordJSON.decode(FleetNode.self, $0, path: path(number)) }
      return stored.flatMap { $0.number == number ? $0 : nil } ?? FleetNode(number: number, name: name)
    }
  }
}
