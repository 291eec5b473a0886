import Fleet
import Quantities
import Results

extension TextReport {
  /// What a fleet found: its cases, nodes that differ from their like, totals, failures.
  public func fleet(_ summary: FleetSummary) -> String { draw { $0.fleet(summary) } }

  /// What a simulation planted and what was found of it.
  public func simulation(_ outcome: FleetSimulation.Outcome) -> String { draw { $0.simulation(outcome) } }
}

extension Page {
  mutating func fleet(_ fleet: FleetSummary) {
    heading("Fleet · \(fleet.name)")
    paragraph(FleetText.census(fleet))
    for failure in fleet.failures.prefix(FleetText.shown) {
      paragraph(Inked(failure, .bad), label: "FAILED  ")
    }
    if fleet.failures.count > FleetText.shown {
      paragraph("and \(fleet.failures.count - FleetText.shown) more; --json has them all")
    }
    if !fleet.cases.isEmpty {
      blank()
      let machines = fleet.cases.map(\.machine)
      let titles = fleet.cases.indices.map { index -> Inked? in
        index == 0 || machines[index] != machines[index - 1] ? Inked(machines[index]) : nil
      }
      table(TextTable(FleetText.caseColumns, rows: fleet.cases.map(FleetText.row)), titles: titles)
      paragraph("best, worst: speed as a multiple of the median node's.")
    }
    outliers(fleet)
    totals(fleet)
    claim(fleet)
  }

  private mutating func outliers(_ fleet: FleetSummary) {
    blank()
    if !fleet.outliers.isEmpty {
      let rows = FleetText.shownOutliers(fleet).prefix(FleetText.shown).map(FleetText.row)
      table(TextTable(FleetText.outlierColumns, rows: Array(rows)))
    }
    paragraph(FleetText.verdict(fleet))
  }

  private mutating func totals(_ fleet: FleetSummary) {
    guard !fleet.models.isEmpty else { return }
    blank()
    table(TextTable(FleetText.modelColumns, rows: fleet.models.map(FleetText.row)))
    var notes = Footnotes()
    for model in fleet.models {
      if let reason = model.energy.reason {
        notes.add(reason, for: "\(model.model), \(model.phase.rawValue)")
      }
    }
    footnotes(notes)
    paragraph("tok/s: of all nodes together, each with requests of its own.")
    if fleet.models.contains(where: { $0.cost.value != nil }) { assumptions(fleet.costs.lines) }
  }

  private mutating func claim(_ fleet: FleetSummary) {
    guard let claim = fleet.claim else { return }
    blank()
    heading("\(claim.statement)")
    paragraph(claim.why)
    for line in claim.arithmetic { paragraph(line, label: "· ", indent: 2) }
    assumptions(claim.assumptions)
  }

  mutating func simulation(_ outcome: FleetSimulation.Outcome) {
    blank()
    paragraph(
      "Simulated: \(NumberText.count(outcome.nodes, "node")), \(outcome.failed) failed; of \(outcome.sick) sick ones "
        + "\(outcome.found) found, \(outcome.accused) others accused, \(outcome.lost) lost by another's failure."
    )
  }
}

/// The words and rows of a fleet.
enum FleetText {
  /// So many failures and outliers are printed.
  static let shown = 40

  static func census(_ fleet: FleetSummary) -> String {
    var text = "\(fleet.suite) on \(NumberText.count(fleet.nodes, "node")): \(fleet.done) done"
    if !fleet.failures.isEmpty { text += ", \(fleet.failures.count) failed" }
    if fleet.unfinished > 0 { text += ", \(fleet.unfinished) not finished (--resume goes on)" }
    return text + "."
  }

  static let caseColumns: [TextTable.Column] = [
    .init("case", side: .left), .init("fastest", side: .left), .init("nodes"), .init("median"), .init("best"),
    .init("worst"), .init("spread"), .init("worst node", side: .left),
  ]

  static func row(_ found: FleetCase) -> [TextTable.Cell] {
    [
      cell(found.title), cell(found.alternative), cell("\(found.nodes)"),
      cell(rate(found.median, found.work)),
      cell(NumberText.ratio(found.median / found.best.time)),
      cell(NumberText.ratio(found.median / found.worst.time)),
      cell(found.spread.map { "±\(NumberText.percent($0))" } ?? NumberText.none), cell(found.worst.node),
    ]
  }

  static let outlierColumns: [TextTable.Column] = [
    .init("node", side: .left), .init("machine", side: .left), .init("case", side: .left), .init("time"),
    .init("deviations"), .init("p"),
  ]

  /// The cases of a node that is called for all of them tell nothing more.
  static func shownOutliers(_ fleet: FleetSummary) -> [FleetOutlier] {
    let whole = Set(fleet.outliers.filter { $0.caseID == nil }.map(\.node))
    return fleet.outliers.filter { $0.caseID == nil || !whole.contains($0.node) }
  }

  static func row(_ found: FleetOutlier) -> [TextTable.Cell] {
    let title = found.alternative.map { "\(found.title), \($0)" } ?? found.title
    return [
      cell(found.node), cell(found.machine), cell(title),
      [Inked(NumberText.ratio(found.ratio), found.ratio > 1 ? .bad : .good)],
      cell(Format.fixed(found.score, 1)), cell(found.p < 0.001 ? "<0.001" : Format.fixed(found.p, 3)),
    ]
  }

  static func verdict(_ fleet: FleetSummary) -> String {
    let nodes = Set(fleet.outliers.map(\.node)).count
    var text =
      switch nodes {
      case 0: "No node differs from its like"
      case 1: "1 node differs from its like"
      default: "\(nodes) nodes differ from their like"
      }
    text += " beyond the noise floor (robust deviations from the median, corrected for the number of nodes)."
    let rest = fleet.outliers.count - min(shownOutliers(fleet).count, shown)
    if rest > 0 { text += " --json has \(NumberText.count(rest, "more row"))." }
    if fleet.unjudged > 0 {
      text +=
        " Not judged: \(NumberText.count(fleet.unjudged, "node")) of kinds with fewer than \(FleetJudge.fewest)."
    }
    return text
  }

  static let modelColumns: [TextTable.Column] = [
    .init("model", side: .left), .init("phase", side: .left), .init("nodes"), .init("tok/s"),
    .init("slowest"),
    .init("median"), .init("fastest"), .init("J/token"), .init("boundary, tier", side: .left),
    .init("$/Mtok"),
  ]

  static func row(_ found: FleetModel) -> [TextTable.Cell] {
    let (energy, cost) = (found.energy.value, found.cost.value)
    let money = cost.map { ($0.owned.value ?? $0.rented.value ?? $0.electricity).central.value }
    return [
      cell(found.model), cell(found.phase.rawValue), cell("\(found.nodes)"),
      cell(Format.significant(found.speed.value)), cell(Format.significant(found.slowest.value)),
      cell(Format.significant(found.median.value)), cell(Format.significant(found.fastest.value)),
      cell(energy.map { Format.significant($0.perToken.central.value) } ?? NumberText.none),
      cell(energy.map { "\($0.boundary), \($0.tier)" } ?? ""),
      cell(money.map { Format.significant($0) } ?? NumberText.none),
    ]
  }

  private static func cell(_ text: String) -> TextTable.Cell { [Inked(text.printable)] }

  /// `118 GFLOP/s`; a time where the work has no unit.
  private static func rate(_ time: Seconds, _ work: FleetCase.Rate) -> String {
    switch work.unit {
    case FLOPsPerSecond.unit: Format.si(FLOPsPerSecond(work.amount / time.value))
    case BytesPerSecond.unit: Format.si(BytesPerSecond(work.amount / time.value))
    case TokensPerSecond.unit: "\(Format.significant(work.amount / time.value)) tok/s"
    default: Format.si(time)
    }
  }
}
