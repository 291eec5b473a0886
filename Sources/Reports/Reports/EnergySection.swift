import Quantities
import Results

extension Page {
  mutating func energy(_ record: RunRecord) {
    heading("Energy")
    guard !record.energy.isEmpty else { return paragraph("none in this run") }
    let figures = record.energy.compactMap(\.energy.value)
    let hasMemory = figures.contains { $0.memoryPerToken.value != nil }
    var sources = EnergySources()
    var notes = Footnotes()
    var names: Set<String> = []
    for model in record.energy.map(\.model).filter({ names.insert($0).inserted }) {
      let rows = record.energy.filter { $0.model == model }.map { row -> [TextTable.Cell] in
        let subject = "\(model), \(row.backend), \(row.phase.rawValue)"
        if let reason = row.energy.reason { notes.add(reason, for: subject) }
        if hasMemory, let reason = row.energy.value?.memoryPerToken.reason {
          notes.add("no memory: \(reason)", for: subject)
        }
        return row.cells(&sources, hasMemory: hasMemory)
      }
      paragraph(model)
      table(TextTable(EnergyRecord.columns(hasMemory: hasMemory), rows: rows))
      blank()
    }
    footnotes(notes)
    self.sources(sources.list)
    windows(record.energy)
    countedWork(record.energy)
    remarks(figures, hasMemory: hasMemory)
  }

  private mutating func sources(_ list: [EnergySources.Source]) {
    for (index, source) in list.enumerated() {
      let isProxy = source.origin.tier == EnergyOrigin.proxy
      let warning = isProxy ? ": inferred from the kind of machine, not metered" : ""
      let text = "\(source.origin.source) · \(source.origin.boundary) · \(source.origin.tier)\(warning)"
      paragraph(Inked(text, isProxy ? .warning : .plain), label: "[\(index + 1)]  ")
      for note in source.notes { paragraph(note, label: "note:    ", indent: 5) }
      for assumption in source.assumptions { paragraph(assumption, label: "assumed: ", indent: 5) }
    }
  }

  private mutating func remarks(_ figures: [EnergyFigure], hasMemory: Bool) {
    if figures.contains(where: { EnergyOrigin.computed.contains($0.origin.tier) }) {
      paragraph(
        "A proxy or one power figure charges every backend the same power: their J/token differ by time alone "
          + "and do not measure the backends' energy.")
    }
    let memory = hasMemory ? " memory: the memory modules, in no other column." : ""
    paragraph(
      "J/token is gross: idle power is included; tok/J is of the central figure.\(memory) Figures of different "
        + "boundaries are never compared.")
  }
}

extension EnergyOrigin {
  /// Tiers whose figures are time multiplied by one power.
  fileprivate static let computed: Set = [proxy, "estimated"]
}

/// The sources of the figures, numbered in order of appearance.
private struct EnergySources {
  struct Source {
    let origin: EnergyOrigin
    var notes: [String] = []
    var assumptions: [String] = []
  }
  private(set) var list: [Source] = []

  /// The figure's number, as `[1]`.
  mutating func mark(_ figure: EnergyFigure) -> String {
    let index = list.firstIndex { $0.origin == figure.origin } ?? list.count
    if index == list.count { list.append(Source(origin: figure.origin)) }
    for line in figure.notes where !list[index].notes.contains(line) { list[index].notes.append(line) }
    for line in figure.assumptions where !list[index].assumptions.contains(line) {
      list[index].assumptions.append(line)
    }
    return "[\(index + 1)]"
  }
}

extension EnergyRecord {
  fileprivate static func columns(hasMemory: Bool) -> [TextTable.Column] {
    let memory = hasMemory ? [TextTable.Column("", "memory")] : []
    return [
      .init("", "backend", side: .left), .init("", "phase", side: .left), .init("", "low"),
      .init("J/token", "central"), .init("", "high"),
    ] + memory + [
      .init("", "tok/J"), .init("", "boundary", side: .left), .init("", "tier", side: .left),
      .init("", "from"),
    ]
  }

  fileprivate func cells(_ sources: inout EnergySources, hasMemory: Bool) -> [TextTable.Cell] {
    let start = [[Inked(backend.printable.cut(to: 18))], [Inked(phase.rawValue)]]
    guard let figure = energy.value else {
      return start + Array(repeating: [Inked(NumberText.none)], count: hasMemory ? 8 : 7)
    }
    let range = figure.perToken
    let memory = hasMemory ? [figure.memoryPerToken.value?.value] : []
    let numbers =
      [range.low.value, range.central.value, range.high.value] + memory + [range.central.tokensPerJoule]
    let tier = Inked(figure.origin.tier, figure.origin.tier == EnergyOrigin.proxy ? .warning : .plain)
    return start + numbers.map { [Inked($0.map { Format.significant($0) } ?? NumberText.none)] }
      + [[Inked(figure.origin.boundary)], [tier], [Inked(sources.mark(figure))]]
  }
}
