import Costs
import Measurement
import Quantities
import Results
import Statistics

extension FleetSummary {
  /// Judges what a fleet's nodes brought.
  public init(
    _ plan: FleetPlan, _ nodes: [FleetNode], _ figures: FleetFigures, _ assumptions: FleetAssumptions
  ) {
    (name, suite) = (plan.name, ([plan.suite] + plan.arguments).joined(separator: " "))
    (self.nodes, done) = (nodes.count, nodes.count { $0.status == .done })
    failures = nodes.compactMap(\.failure)
    unfinished = nodes.count { $0.status == .pending || $0.status == .running }
    cases = FleetCase.rows(figures)
    (outliers, unjudged) = (FleetJudge.outliers(figures), FleetJudge.unjudged(figures))
    costs = assumptions.costs
    models = FleetModel.rows(figures.models, assumptions.costs)
    claim = FleetClaim(figures.models, assumptions)
  }
}

extension FleetCase {
  /// Machines by name, cases as they are called; of each the alternative that is the fastest one on the median node.
  static func rows(_ figures: FleetFigures) -> [FleetCase] {
    let byCase = Dictionary(grouping: figures.groups) {
      [$0.key.kind.machine, $0.key.kind.hardware, $0.key.caseID]
    }
    return byCase.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap { _, groups in
      let most = groups.map(\.value.entries.count).max()
      let rows = groups.filter { $0.value.entries.count == most }.map {
        FleetCase($0.key, $0.value, figures.names)
      }
      return rows.min { ($0.median.value, $0.alternative) < ($1.median.value, $1.alternative) }
    }
  }

  private init(_ key: FleetFigures.Key, _ group: FleetFigures.Group, _ names: [Int: String]) {
    let sorted = group.entries.sorted { ($0.time, $0.node) < ($1.time, $1.node) }
    let times = sorted.map(\.time)
    func node(_ entry: FleetFigures.Entry) -> NodeTime {
      NodeTime(node: names[Int(entry.node)] ?? "\(entry.node)", time: Seconds(entry.time))
    }
    let centre = Quantiles.quantile(ofSorted: times, 0.5)
    self.init(
      machine: key.kind.machine, caseID: key.caseID, title: group.title, alternative: key.alternative,
      nodes: times.count, best: node(sorted[0]), median: Seconds(centre),
      worst: node(sorted[sorted.count - 1]),
      spread: times.count > 1 ? RobustZ.deviation(times) / centre : nil, work: Rate(group.work))
  }
}

extension FleetCase.Rate {
  /// Tokens before operations, and these before bytes.
  init(_ work: Work) {
    if let tokens = work.tokens {
      self.init(amount: tokens.value, unit: TokensPerSecond.unit)
    } else if let flops = work.flops {
      self.init(amount: flops.value, unit: FLOPsPerSecond.unit)
    } else if let bytes = work.bytes {
      self.init(amount: bytes.value, unit: BytesPerSecond.unit)
    } else {
      self.init(amount: 1, unit: "1/s")
    }
  }
}

extension FleetModel {
  static func rows(_ models: FleetModels, _ costs: CostAssumptions) -> [FleetModel] {
    models.groups.sorted { ($0.key.model, $0.key.phase.rawValue) < ($1.key.model, $1.key.phase.rawValue) }
      .map { FleetModel($0.key, $0.value.entries, costs) }
  }

  private init(_ key: FleetModels.Key, _ entries: [FleetModels.Entry], _ costs: CostAssumptions) {
    (model, phase, nodes) = (key.model, key.phase, entries.count)
    let speeds = entries.map(\.speed.value).sorted()
    speed = TokensPerSecond(speeds.reduce(0, +))
    (slowest, fastest) = (TokensPerSecond(speeds[0]), TokensPerSecond(speeds[speeds.count - 1]))
    median = TokensPerSecond(Quantiles.quantile(ofSorted: speeds, 0.5))
    energy = FleetEnergy.of(entries)
    let (total, nodes) = (speed, Double(entries.count))
    cost = energy.map { found in
      var all = costs
      (all.price, all.dollarsPerHour) = (
        costs.price.map { $0 * nodes }, costs.dollarsPerHour.map { $0 * nodes }
      )
      let range = found.perToken
      return TokenCost(
        energy: Spread(low: range.low, central: range.central, high: range.high), speed: total, all)
    }
  }
}

extension FleetEnergy {
  /// Each node's joules for a token weigh as much as its tokens.
  static func of(_ entries: [FleetModels.Entry]) -> Reading<FleetEnergy> {
    let found = entries.compactMap { entry in entry.energy.value.map { (entry.speed.value, $0) } }
    guard found.count == entries.count, let first = found.first?.1.origin else {
      let reason = entries.lazy.compactMap(\.energy.reason).first ?? "no node decoded"
      return .missing(
        reason: "\(entries.count - found.count) of \(entries.count) nodes have no energy: \(reason)")
    }
    guard found.allSatisfy({ $0.1.origin.boundary == first.boundary && $0.1.origin.tier == first.tier })
    else {
      return .missing(reason: "the nodes' meters cover different things, or are of different tiers")
    }
    let speed = found.reduce(0) { $0 + $1.0 }
    func mean(_ part: KeyPath<JoulesPerTokenRange, JoulesPerToken>) -> JoulesPerToken {
      JoulesPerToken(found.reduce(0) { $0 + $1.0 * $1.1.perToken[keyPath: part].value } / speed)
    }
    return .measured(
      FleetEnergy(
        perToken: JoulesPerTokenRange(low: mean(\.low), central: mean(\.central), high: mean(\.high)),
        boundary: first.boundary, tier: first.tier))
  }
}
