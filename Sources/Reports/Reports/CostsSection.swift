import Costs
import Quantities
import Results

extension Page {
  /// Nothing where the run has no costs.
  mutating func costs(_ record: RunRecord) {
    guard let costs = record.costs else { return }
    blank()
    heading("Cost of a million tokens")
    let columns: [TextTable.Column] = [
      .init("model", side: .left), .init("backend", side: .left), .init("phase", side: .left),
      .init("electricity", "$"), .init("rented", "$"), .init("owned", "$"), .init("carbon", "g CO2"),
      .init("", "energy", side: .left),
    ]
    table(TextTable(columns, rows: costs.rows.map(\.cells)))
    blank()
    assumptions(costs.assumptions.lines)
    paragraph(
      "\(record.streams) Electricity is what the meter's boundary covers: only at the wall is it the whole bill. What "
        + "making the machine emitted is not counted.")
  }
}

extension RunRecord {
  fileprivate var streams: String {
    let isBatched = models.flatMap(\.backends).contains { ($0.batch ?? 1) > 1 }
    return isBatched ? "As many streams at a time as the backend's name says." : "One stream at a time."
  }
}

extension Page {
  /// What was assumed, and what would have to be given.
  mutating func assumptions(_ lines: [String]) {
    for line in lines { paragraph(line, label: line.hasPrefix("no ") ? "missing: " : "assumed: ") }
  }
}

extension CostRow {
  fileprivate var cells: [TextTable.Cell] {
    func text<Q: Quantity>(_ spread: Spread<Q>?) -> TextTable.Cell {
      guard let spread else { return [Inked(NumberText.none)] }
      let ends = [spread.low, spread.high].map { Format.significant($0.value) }
      return [Inked(ends[0] == ends[1] ? ends[0] : "\(ends[0])–\(ends[1])")]
    }
    let energy = Inked("\(origin.boundary), \(origin.tier)", origin.tier == "proxy" ? .warning : .plain)
    return [
      [Inked(model)], [Inked(backend.printable.cut(to: 18))], [Inked(phase.rawValue)], text(cost.electricity),
      text(cost.rented.value), text(cost.owned.value), text(cost.carbon.value), [energy],
    ]
  }
}
