import Results

/// A host or a task of a fleet, and how far it has come.
public struct FleetNode: Codable, Hashable, Sendable {
  public enum Status: String, Codable, Sendable, CaseIterable { case pending, running, done, failed }

  /// The steps of a node; a failure names the one in which it happened.
  public enum Stage: String, Codable, Sendable, CaseIterable {
    /// Asking the host about itself.
    case check
    /// Bringing the program there.
    case install
    /// Waiting for a node of the batch system.
    case queue
    case run
    /// Bringing the records back and looking at them.
    case gather
  }

  /// From 0, in the order of the list.
  public var number: Int
  /// The host's name; `task 3` until the batch system has chosen a node.
  public var name: String
  public private(set) var status = Status.pending
  public private(set) var stage: Stage?
  /// Why it failed; nil otherwise.
  public private(set) var reason: String?
  /// Its records, as paths within the folder of results.
  public private(set) var records: [String] = []
  /// How often it was begun.
  public private(set) var attempts = 0
  public var job: BatchJob?

  public init(number: Int, name: String) { (self.number, self.name) = (number, name) }

  /// A new attempt, which forgets the one before.
  public mutating func begin(_ stage: Stage) {
    (status, self.stage, reason, records, job) = (.running, stage, nil, [], nil)
    attempts += 1
  }

  public mutating func enter(_ stage: Stage) { (status, self.stage) = (.running, stage) }

  public mutating func finish(_ records: [String]) {
    (status, stage, reason, self.records) = (.done, nil, nil, records)
  }

  /// - Parameter stage: where it happened; the present one if not said.
  public mutating func fail(_ reason: String, in stage: Stage? = nil) {
    (status, self.reason, self.stage) = (.failed, reason, stage ?? self.stage)
  }

  /// `pi5: run: ended with status 1`.
  public var failure: String? {
    status == .failed ? "\(name): \(stage?.rawValue ?? "check"): \(reason ?? "unknown")" : nil
  }
}

/// What a fleet is to do; it never changes once it has begun.
public struct FleetPlan: Codable, Hashable, Sendable {
  public static let currentSchema = 1

  public enum Target: Codable, Hashable, Sendable {
    case hosts([String])
    case slurm(partition: String, nodes: Int)

    /// What the nodes are called at first.
    public var names: [String] {
      switch self {
      case .hosts(let names): names
      case .slurm(_, let count): (0..<count).map { "task \($0)" }
      }
    }
  }

  public private(set) var schemaVersion = Self.currentSchema
  public var name: String
  /// ISO 8601 in UTC.
  public var started: String
  public var target: Target
  /// A subcommand of perwatt, and what follows it.
  public var suite: String
  public var arguments: [String]
  /// Where a cluster's nodes work that share no folder with this machine; nil where they do.
  public var nodeFolder: String?

  public init(name: String, started: String, target: Target, suite: String, arguments: [String]) {
    (self.name, self.started, self.target) = (name, started, target)
    (self.suite, self.arguments) = (suite, arguments)
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case nodeFolder = "node_folder"
    case name, started, target, suite, arguments
  }

  /// Options that the fleet itself gives, or that would leave no record to bring back.
  static let reserved = ["--results", "--no-save", "--no-wait", "--json"]
  /// The subcommands that measure and store one run.
  static let suites = ["run", "machine", "kernels", "model"]

  /// - Throws: `FleetError` for a subcommand or an option that a fleet cannot run.
  public static func validate(suite: String, arguments: [String]) throws(FleetError) {
    guard suites.contains(suite) else {
      throw FleetError("--suite \(suite): a fleet runs one of \(suites.joined(separator: ", "))")
    }
    for word in arguments {
      let name = word.prefix { $0 != "=" }
      if reserved.contains(String(name)) {
        throw FleetError("\(name) is the fleet's own: leave it out behind --")
      }
    }
  }
}
