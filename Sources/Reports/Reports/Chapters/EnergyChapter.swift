import Costs
import Hardware
import Measurement
import Quantities
import Results

extension ReportInput {
  /// Joules and dollars for tokens: measured here, and beside machines of the catalogue.
  var energySection: ReportSection? {
    let measured = machines.flatMap { machine -> [ReportBlock] in
      guard let run = machine.run(having: { !$0.energy.isEmpty }) else { return [] }
      return run.warning + [.table(run.energyTable), .list(run.energyNotes), run.source]
    }
    let rows = SpeedRow.all(self).filter { $0.energy != nil && $0.decode != nil }
    let beside = Self.models(rows).flatMap { besideOthers($0) }
    guard !measured.isEmpty else { return nil }
    return ReportSection(
      "energy", "Energy and money",
      [.text(Self.rule)] + measured + beside + Self.published + [.text(Self.money)])
  }

  private static let rule =
    "Joules are gross: idle power is included. What a figure covers is its boundary, whether it was metered its tier; "
    + "only figures of one boundary are set beside each other below, and proxies are marked."

  private static let assumed = CostAssumptions()

  private static var money: String {
    let (price, years) = (assumed.dollarsPerKilowattHour, assumed.lifetimeYears)
    return
      "Money: electricity at $\(Format.significant(price, 2)) per kWh; owned adds the catalogue's price over "
      + "\(Format.fixed(years, 0)) years without a pause. One stream at a time; only at the wall is electricity all of it."
  }

  /// Models that were measured, each once, the largest figures of energy first.
  private static func models(_ rows: [SpeedRow]) -> [[SpeedRow]] {
    var names: [String] = []
    for row in rows where !names.contains(row.fullModel) { names.append(row.fullModel) }
    return names.prefix(4).map { name in rows.filter { $0.fullModel == name } }
  }

  /// One model here and on the machines of the catalogue.
  private func besideOthers(_ rows: [SpeedRow]) -> [ReportBlock] {
    guard let record = machines.flatMap(\.runs).first(where: { $0.file == rows[0].file })?.record else {
      return []
    }
    let lines = EnergyLine.sorted(rows.compactMap { EnergyLine($0) } + EnergyLine.projected(rows[0], record))
    guard lines.count > 1 else { return [] }
    let name = Slug.make(rows[0].fullModel)
    let plot = EnergyPlot(lines, Self.assumed).plot(
      "energy.\(name)", "Joules for a token of \(rows[0].fullModel)",
      "The same model here and on machines of the catalogue, by what the figure covers. Projections rest on published "
        + "bandwidth, arithmetic and power, not on a measurement.")
    return [.plot(plot)]
  }

  private static var published: [ReportBlock] {
    let lines = EnergyLine.sorted(EnergyLine.published)
    guard !lines.isEmpty else { return [] }
    let plot = EnergyPlot(lines, assumed).plot(
      "energy.published", "Joules for a token as published elsewhere",
      "Published speeds over published power [D]: other models, so compare only rows of one model and boundary."
    )
    return [.details(Inked("What others published"), [.plot(plot)])]
  }
}

/// Figures of energy on one axis, and what they cost.
private struct EnergyPlot {
  let lines: [EnergyLine]
  let assumed: CostAssumptions

  init(_ lines: [EnergyLine], _ assumed: CostAssumptions) { (self.lines, self.assumed) = (lines, assumed) }

  func plot(_ name: String, _ title: String, _ summary: String) -> Plot {
    let models = Set(lines.map(\.model)).count
    let lanes = lines.map { line in
      let joules = line.joules
      let ends = joules.low.value...max(joules.low.value, joules.high.value)
      let isBound = line.tier == .upper
      let figure = Format.significant((isBound ? joules.high : joules.central).value, 2)
      return Lanes.Lane(
        label: models > 1 ? "\(line.machine), \(line.model)" : line.machine,
        group: "Boundary: \(line.boundary)",
        marks: [.init(series: line.tier.rawValue, value: joules.central.value, range: ends)],
        note: "\(isBound ? "≤ " : "")\(figure) J")
    }
    let values = lines.flatMap { [$0.joules.low.value, $0.joules.high.value] }
    let content = Lanes(
      axis: PlotAxis("joules per token", of: values), series: EnergyLine.Tier.allCases.map(\.name),
      lanes: lanes)
    return Plot(name: name, title: title, summary: summary, content: .lanes(content), data: table)
  }

  private var table: DataTable {
    let columns: [DataTable.Column] = [
      .words("machine"), .words("model"), .words("boundary"), .words("tier"), .numbers("J/token", "J/tok"),
      .words("from … to"), .numbers("tok/s", "tok/s"), .numbers("electricity $/Mtok", "$/Mtok"),
      .numbers("owned $/Mtok", "$/Mtok"), .words("basis"),
    ]
    return DataTable(
      "Joules per token and dollars for a million tokens, at the boundary of each figure.", columns,
      lines.map(cells))
  }

  private func cells(_ line: EnergyLine) -> [DataTable.Cell] {
    var assumed = assumed
    assumed.price = line.price
    let cost = TokenCost(energy: line.joules, speed: line.speed, assumed)
    let ends = [line.joules.low, line.joules.high].map { Format.significant($0.value) }
    return [
      .init(line.machine), .init(line.model), .init(line.boundary),
      .init(line.tier.name, nil, line.tier == .proxy ? .warning : .plain),
      .number(line.joules.central.value), .init("\(ends[0]) … \(ends[1])"), .number(line.speed.value),
      .number(cost.electricity.central.value), .number(cost.owned.value?.central.value), .init(line.basis),
    ]
  }
}

extension ReportInput.Run {
  /// All backends and phases.
  fileprivate var energyTable: DataTable {
    let columns: [DataTable.Column] = [
      .words("model"), .words("backend"), .words("phase"), .numbers("J/token", "J/tok"), .words("from … to"),
      .numbers("tok/J", "tok/J"), .words("boundary"), .words("tier"),
      .numbers("electricity $/Mtok", "$/Mtok"),
    ]
    let rows = record.energy.map { row -> [DataTable.Cell] in
      let head = [DataTable.Cell(row.model), .init(row.backend), .init(row.phase.rawValue)]
      guard let figure = row.energy.value else {
        return head + [.none, .none, .none, .init(row.energy.reason ?? ""), .none, .none]
      }
      let range = figure.perToken
      let dollars = TokenCost.electricity(range.central, record.costs?.assumptions ?? CostAssumptions())
      return head + [
        .number(range.central.value),
        .init("\(Format.significant(range.low.value)) … \(Format.significant(range.high.value))"),
        .number(range.central.tokensPerJoule), .init(figure.origin.boundary),
        .init(figure.origin.tier, nil, figure.origin.ink), .number(dollars.value),
      ]
    }
    return DataTable("Energy of \(name).", columns, rows)
  }

  /// What had to be assumed, each line once.
  fileprivate var energyNotes: [Inked] {
    var seen: Set<String> = []
    let figures = record.energy.compactMap(\.energy.value)
    let notes = figures.flatMap(\.notes).filter { seen.insert($0).inserted }.map { Inked($0) }
    let assumed = figures.flatMap(\.assumptions).filter { seen.insert($0).inserted }
      .map { Inked("Assumed: \($0)") }
    let sources = figures.map(\.origin).filter { seen.insert("\($0)").inserted }.map { origin in
      Inked("Source: \(origin.source), \(origin.boundary), \(origin.tier)", origin.ink)
    }
    return sources + notes + assumed
  }
}
