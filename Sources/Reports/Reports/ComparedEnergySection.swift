import Judgement
import Quantities
import Results

extension Page {
  /// Nothing where a side has no energy.
  mutating func energy(_ comparison: Comparison) {
    guard let rows = comparison.energy else { return }
    var notes = Footnotes()
    var table = TextTable([
      TextTable.Column("energy, J/token", side: .left), TextTable.Column("before"), TextTable.Column("after"),
      TextTable.Column("ratio"), TextTable.Column("visible"), TextTable.Column("boundary", side: .left),
      TextTable.Column("tier", side: .left),
    ])
    table.rows = rows.map { row in
      let subject = "\(row.id) \(row.label)"
      if let reason = row.ratio.reason { notes.add(reason, for: subject) }
      return [[Inked(subject)]] + row.cells.map { [Inked($0)] }
    }
    blank()
    self.table(table)
    paragraph(
      "Gross energy, shown and not judged: no gate hangs on it. visible: the same work against itself on the same meter; a "
        + "ratio nearer to 1 is none.")
    var sources: Set<String> = []
    for source in rows.flatMap({ [$0.referenceOrigin.source, $0.candidateOrigin.source] })
    where sources.insert(source).inserted { paragraph(source, label: "from: ") }
    footnotes(notes)
  }
}

extension ComparedEnergy {
  fileprivate var cells: [String] {
    func both(_ part: KeyPath<EnergyOrigin, String>) -> String {
      let (old, new) = (referenceOrigin[keyPath: part], candidateOrigin[keyPath: part])
      return old == new ? old : "\(old) → \(new)"
    }
    return [
      Format.significant(reference.value), Format.significant(candidate.value),
      ratio.value.map { Format.fixed($0, 3) } ?? NumberText.none,
      visible.map { "±\(NumberText.percent($0))" } ?? NumberText.none, both(\.boundary), both(\.tier),
    ]
  }
}
