import Measurement
import Quantities
import Statistics

/// Which nodes differ from their like: machines of one folder of results and of one kind of hardware.
///
/// A node's score is its distance from the median of all in robust deviations (1.4826 · MAD) of the logarithm of time, so
/// that up to half of the nodes may be sick without hiding each other. Few nodes know their spread badly: p is Student's,
/// with 0.37 (n − 1) degrees of freedom, since the MAD has 37 % of the efficiency of the standard deviation (Rousseeuw and
/// Croux 1993). Two families are each held to 5 % by Holm's rule: every node over all of its cases, and every node in every
/// case. A node is only called where it differs by more than the noise floor, too.
public enum FleetJudge {
  /// With fewer of a kind nobody is called: of four, two may be the sick ones.
  public static let fewest = 5
  static let level = 0.05
  /// The least floor: what the code's place in memory can do between two processes.
  static let leastFloor = 0.01
  /// 37 %: of the MAD at the normal distribution.
  static let efficiency = 0.37

  public static func outliers(_ figures: FleetFigures) -> [FleetOutlier] {
    var found: [FleetOutlier] = []
    for (kind, groups) in Dictionary(grouping: figures.groups, by: \.key.kind) {
      let judged = groups.filter { $0.value.entries.count >= fewest }.sorted { order($0.key, $1.key) }
      let scored = judged.map { Scores($0.value.entries) }
      let names = figures.names
      for call in calls(whole(scored)) {
        found.append(call.outlier(names, kind, title: "all cases"))
      }
      let cells = zip(judged, scored).flatMap { group, scores in scores.cells.map { (group, $0) } }
      for (index, p) in family(cells.map(\.1)) {
        let (group, cell) = cells[index]
        var outlier = cell.called(p).outlier(names, kind, title: group.value.title)
        (outlier.caseID, outlier.alternative) = (group.key.caseID, group.key.alternative)
        found.append(outlier)
      }
    }
    return found.sorted {
      ($0.caseID == nil ? 0 : 1, $0.p, $0.node, $0.title) < (
        $1.caseID == nil ? 0 : 1, $1.p, $1.node, $1.title
      )
    }
  }

  /// Nodes of kinds that are too few to be judged.
  public static func unjudged(_ figures: FleetFigures) -> Int {
    let kinds = Dictionary(grouping: figures.kinds.values) { $0 }
    return kinds.values.filter { $0.count < fewest }.reduce(0) { $0 + $1.count }
  }

  static func order(_ a: FleetFigures.Key, _ b: FleetFigures.Key) -> Bool {
    (a.caseID, a.alternative, a.threads, a.protocolText) < (
      b.caseID, b.alternative, b.threads, b.protocolText
    )
  }

  private static func calls(_ cells: [Cell]) -> [Cell] { family(cells).map { cells[$0.0].called($0.1) } }

  /// The cells that are called, by index, each with its adjusted p.
  private static func family(_ cells: [Cell]) -> [(Int, Double)] {
    let adjusted = Multiplicity.holm(cells.map(\.p))
    return cells.indices.filter { adjusted[$0] <= level && cells[$0].isBeyondFloor }.map {
      ($0, adjusted[$0])
    }
  }

  /// Each node over all its cases: the median of its distances, held against the other nodes' medians.
  private static func whole(_ scored: [Scores]) -> [Cell] {
    var distances: [Int32: [Double]] = [:], floors: [Int32: [Double]] = [:]
    for cell in scored.flatMap(\.cells) {
      distances[cell.node, default: []].append(cell.distance)
      floors[cell.node, default: []].append(cell.floor)
    }
    let nodes = distances.keys.sorted()
    guard nodes.count >= fewest, scored.count > 1 else { return [] }
    return Scores(
      nodes: nodes, logs: nodes.map { Quantiles.median(distances[$0]!) },
      floors: nodes.map { Quantiles.median(floors[$0]!) }
    ).cells
  }
}

/// One node's distance from its like.
struct Cell {
  var node: Int32
  /// Logarithm of its time over the median of all.
  var distance: Double
  var score: Double
  var p: Double
  var floor: Double

  var isBeyondFloor: Bool { abs(distance) > LogRatio.of(share: floor) }

  func called(_ adjusted: Double) -> Cell {
    var copy = self
    copy.p = adjusted
    return copy
  }

  func outlier(_ names: [Int: String], _ kind: FleetFigures.Kind, title: String) -> FleetOutlier {
    FleetOutlier(
      node: names[Int(node)] ?? "\(node)", machine: kind.machine, caseID: nil, title: title, alternative: nil,
      ratio: LogRatio.share(distance) + 1, score: score, p: p, floor: floor)
  }
}

/// The distances of nodes from their median.
struct Scores {
  let cells: [Cell]

  init(_ entries: [FleetFigures.Entry]) {
    self.init(
      nodes: entries.map(\.node), logs: LogRatio.pairs(entries.map(\.time), over: entries.map { _ in 1 }),
      floors: entries.map(\.floor))
  }

  init(nodes: [Int32], logs: [Double], floors: [Double]) {
    let centre = Quantiles.median(logs)
    let usual = max(Quantiles.median(floors), FleetJudge.leastFloor)
    let scores = RobustZ.scores(logs)
    let degrees = FleetJudge.efficiency * Double(logs.count - 1)
    cells = logs.indices.map { index in
      Cell(
        node: nodes[index], distance: logs[index] - centre, score: scores[index],
        p: min(1, 2 * StudentT.above(abs(scores[index]), degrees: degrees)), floor: max(usual, floors[index]))
    }
  }
}
