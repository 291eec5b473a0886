import Foundation
import Quantities
import Results
import Statistics

/// A fleet on paper: stored records replayed with their variance, hosts that fail, and nodes that are sick, through the code
/// that gathers and judges real ones.
public struct FleetSimulation: Sendable {
  public var nodes: Int
  /// Share of the hosts that fail, in one of the ways in which hosts do.
  public var failureRate = 0.02
  /// Share of the nodes that are slower than their like, and how much.
  public var sickRate = 0.001
  public var sickFactor = 1.3
  /// Spread of the logarithm of all of a node's times together: machines of one kind differ, too.
  public var nodeSpread = 0.01
  public var seed: UInt64 = 1

  public init(nodes: Int) { self.nodes = nodes }

  /// What was planted and what was found.
  public struct Outcome: Codable, Hashable, Sendable {
    public var nodes: Int
    public var failed: Int
    /// Sick nodes whose records came through.
    public var sick: Int
    /// Sick nodes that were called.
    public var found: Int
    /// Nodes that were called and are not sick.
    public var accused: Int
    /// Nodes that did not fail and are missing in the figures; another's failure must not cost theirs.
    public var lost: Int
  }

  private enum Fate { case well, sick, unreachable, dead, damaged }

  /// - Throws: `ResultsError` where a record cannot be replayed.
  public func run(_ records: [RunRecord], _ assumptions: FleetAssumptions) throws(ResultsError) -> (
    summary: FleetSummary, outcome: Outcome
  ) {
    var replays: [Replay] = []
    for record in records { replays.append(try Replay(record)) }
    let plan = FleetPlan(
      name: "simulated", started: "", target: .hosts((0..<nodes).map { "node\($0)" }),
      suite: records.first?.origin.suite ?? "", arguments: [])
    var states = plan.target.names.enumerated().map { FleetNode(number: $0, name: $1) }
    for index in states.indices { begin(&states[index]) }
    var figures = FleetFigures()
    let texts = replays
    Gathering.collect(&states, into: &figures) { node in [(node.name, text(of: node.number, texts))] }
    for index in states.indices where states[index].status == .running { states[index].finish([]) }
    let summary = FleetSummary(plan, states, figures, assumptions)
    return (summary, outcome(summary, states, figures))
  }

  private func begin(_ node: inout FleetNode) {
    node.begin(.gather)
    switch fate(of: node.number) {
    case .unreachable: node.fail("connection timed out", in: .check)
    case .dead: node.fail("was ended by signal 9", in: .run)
    case .well, .sick, .damaged: break
    }
  }

  private func generator(of node: Int) -> SeededGenerator {
    SeededGenerator(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(node))
  }

  private func fate(of node: Int) -> Fate {
    var generator = generator(of: node)
    if Double.random(in: 0..<1, using: &generator) < failureRate {
      return [.unreachable, .dead, .damaged][generator.index(below: 3)]
    }
    return Double.random(in: 0..<1, using: &generator) < sickRate ? .sick : .well
  }

  private func text(of node: Int, _ replays: [Replay]) -> Data {
    let fate = fate(of: node)
    var generator = SeededGenerator(seed: generator(of: node).peeked)
    let factor = Noise.logNormal(nodeSpread, &generator) * (fate == .sick ? sickFactor : 1)
    let text = replays[node % replays.count].text(factor: factor, &generator)
    return fate == .damaged ? text.prefix(generator.index(below: text.count - 1)) : text
  }

  private func outcome(_ summary: FleetSummary, _ states: [FleetNode], _ figures: FleetFigures) -> Outcome {
    let called = Set(summary.outliers.map(\.node))
    let sick = states.filter { $0.status == .done && fate(of: $0.number) == .sick }
    let (done, found) = (states.count { $0.status == .done }, sick.count { called.contains($0.name) })
    let whole = states.count { [.well, .sick].contains(fate(of: $0.number)) }
    return Outcome(
      nodes: nodes, failed: states.count { $0.status == .failed }, sick: sick.count, found: found,
      accused: called.count - found, lost: whole - min(done, figures.count))
  }
}

extension SeededGenerator {
  /// The next number, which begins a sequence of its own.
  fileprivate var peeked: UInt64 {
    var copy = self
    return copy.next() ^ 0xD1B5_4A32_D192_ED03
  }
}
