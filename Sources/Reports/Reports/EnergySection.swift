import Quantities
import Results

extension Page {
  mutating func energy(_ record: RunRecord) {
    heading("Energy")
    guard !record.energy.isEmpty else { return paragraph("none in this run") }
    var sources = EnergySources()
    var notes = Footnotes()
    var names: Set<String> = []
    for model in record.energy.map(\.model).filter({ names.insert($0).inserted }) {
      let rows = record.energy.filter { $0.model == model }.map { row -> [TextTable.Cell] in
        let subject = "\(model), \(row.backend), \(row.phase.rawValue)"
        if let reason = row.energy.reason { notes.add(reason, for: subject) }
        return row.cells(&sources)
      }
      paragraph(model)
      table(TextTable(EnergyRecord.columns, rows: rows))
      blank()
    }
    footnotes(notes)
    self.sources(sources.list)
    paragraph(
      "J/token is gross: idle power is included; tok/J is of the central figure. Figures of different boundaries are never compared."
    )
  }

  private mutating func sources(_ list: [EnergySources.Source]) {
    for (index, source) in list.enumerated() {
      let isProxy = source.origin.tier == EnergyOrigin.proxy
      let warning = isProxy ? ": inferred from the kind of machine, not metered" : ""
      let text = "\(source.origin.source) · \(source.origin.boundary) · \(source.origin.tier)\(warning)"
      paragraph(Inked(text, isProxy ? .warning : .plain), label: "[\(index + 1)]  ")
      for assumption in source.assumptions { paragraph(assumption, label: "assumed: ", indent: 5) }
    }
  }
}

extension EnergyOrigin {
  fileprivate static let proxy = "proxy"
}

/// The sources of the figures, numbered in order of appearance.
private struct EnergySources {
  struct Source {
    let origin: EnergyOrigin
    var assumptions: [String]
  }
  private(set) var list: [Source] = []

  /// The figure's number, as `[1]`.
  mutating func mark(_ figure: EnergyFigure) -> String {
    let index = list.firstIndex { $0.origin == figure.origin } ?? list.count
    if index == list.count { list.append(Source(origin: figure.origin, assumptions: [])) }
    for line in figure.assumptions where !list[index].assumptions.contains(line) {
      list[index].assumptions.append(line)
    }
    return "[\(index + 1)]"
  }
}

extension EnergyRecord {
  fileprivate static let columns: [TextTable.Column] = [
    .init("", "backend", side: .left), .init("", "phase", side: .left), .init("", "low"),
    .init("J/token", "central"), .init("", "high"), .init("", "tok/J"), .init("", "boundary", side: .left),
    .init("", "tier", side: .left), .init("", "from"),
  ]

  fileprivate func cells(_ sources: inout EnergySources) -> [TextTable.Cell] {
    let start = [[Inked(backend.printable.cut(to: 18))], [Inked(phase.rawValue)]]
    guard let figure = energy.value else {
      return start + Array(repeating: [Inked(NumberText.none)], count: 7)
    }
    let range = figure.perToken
    let numbers = [range.low.value, range.central.value, range.high.value, range.central.tokensPerJoule]
    let tier = Inked(figure.origin.tier, figure.origin.tier == EnergyOrigin.proxy ? .warning : .plain)
    return start + numbers.map { [Inked(Format.significant($0))] }
      + [[Inked(figure.origin.boundary)], [tier], [Inked(sources.mark(figure))]]
  }
}
