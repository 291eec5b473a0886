import Costs
import Quantities
import Results

/// What a fleet found: values that a report draws.
public struct FleetSummary: Codable, Hashable, Sendable {
  public var name: String
  public var suite: String
  /// All nodes, those without a record too.
  public var nodes: Int
  public var done: Int
  /// One line each: node, stage and reason.
  public var failures: [String]
  /// Nodes that have not been finished.
  public var unfinished: Int
  public var cases: [FleetCase]
  public var outliers: [FleetOutlier]
  /// Nodes of kinds with fewer than `FleetJudge.fewest`, which nothing can call different.
  public var unjudged: Int
  public var models: [FleetModel]
  public var costs: CostAssumptions
  /// Lines of arithmetic; nil where the fleet decoded nothing.
  public var claim: FleetClaim?

  private enum CodingKeys: String, CodingKey {
    case name, suite, nodes, done, failures, unfinished, cases, outliers, unjudged, models, costs, claim
  }
}

/// A case on machines of one kind.
public struct FleetCase: Codable, Hashable, Sendable {
  public var machine: String
  public var caseID: String
  public var title: String
  /// The alternative that is the fastest one on the median node.
  public var alternative: String
  public var nodes: Int
  public var best: NodeTime
  public var median: Seconds
  public var worst: NodeTime
  /// The nodes' robust deviation over their median; nil for a single node.
  public var spread: Double?
  public var work: Rate

  public struct NodeTime: Codable, Hashable, Sendable {
    public var node: String
    public var time: Seconds

    private enum CodingKeys: String, CodingKey {
      case time = "time_s"
      case node
    }
  }

  /// What an iteration does, in the unit in which its speed is told.
  public struct Rate: Codable, Hashable, Sendable {
    public var amount: Double
    /// `FLOP/s`, `B/s`, `tok/s`, `1/s`.
    public var unit: String
  }

  private enum CodingKeys: String, CodingKey {
    case caseID = "case_id"
    case median = "median_s"
    case machine, title, alternative, nodes, best, worst, spread, work
  }
}

/// A node that differs from its like.
public struct FleetOutlier: Codable, Hashable, Sendable {
  public var node: String
  public var machine: String
  /// Nil for all cases together.
  public var caseID: String?
  public var title: String
  public var alternative: String?
  /// Its time over the median of its like.
  public var ratio: Double
  /// How many robust deviations off.
  public var score: Double
  /// Adjusted for the number of nodes and cases (Holm).
  public var p: Double
  /// Differences up to this share count as none.
  public var floor: Double

  private enum CodingKeys: String, CodingKey {
    case caseID = "case_id"
    case node, machine, title, alternative, ratio, score, p, floor
  }
}

/// A model on the whole fleet, each node with requests of its own.
public struct FleetModel: Codable, Hashable, Sendable {
  public var model: String
  public var phase: Phase
  public var nodes: Int
  /// The sum over the nodes.
  public var speed: TokensPerSecond
  public var slowest: TokensPerSecond
  public var median: TokensPerSecond
  public var fastest: TokensPerSecond
  /// Joules of all nodes over tokens of all nodes; missing unless every node has a figure of one boundary and tier.
  public var energy: Reading<FleetEnergy>
  public var cost: Reading<TokenCost>

  private enum CodingKeys: String, CodingKey {
    case speed = "tokens_per_s"
    case slowest = "slowest_tokens_per_s"
    case median = "median_tokens_per_s"
    case fastest = "fastest_tokens_per_s"
    case model, phase, nodes, energy, cost
  }
}

/// Energy for a token of a whole fleet.
public struct FleetEnergy: Codable, Hashable, Sendable {
  public var perToken: JoulesPerTokenRange
  public var boundary: String
  public var tier: String

  private enum CodingKeys: String, CodingKey {
    case perToken = "per_token"
    case boundary, tier
  }
}
