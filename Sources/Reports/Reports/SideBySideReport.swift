import Judgement
import Quantities
import Results

extension ComparisonReport {
  /// Models of two sides that have no case in common, as text for a terminal.
  public func text(_ sides: SideBySide) -> String {
    var page = Page(style)
    page.heading("\(sides.candidate) beside \(sides.reference)".printable.cut(to: style.width - 8))
    page.paragraph(
      "No case was measured alike on both sides, so nothing is judged. tok/s counts all sequences together; × is the "
        + "speed relative to the first machine's, where batch, format and lengths agree.")
    var notes = Footnotes()
    for block in sides.blocks {
      page.blank()
      page.paragraph("\(block.model) · \(block.phase.rawValue)")
      page.table(TextTable(Self.columns, rows: block.rows.map { $0.cells(block, &notes) }))
    }
    page.blank()
    page.footnotes(notes)
    page.paragraph(
      "Gross joules for a token, with what the meter covers and how the figure was found: those of different boundaries "
        + "stand side by side and are not divided.")
    return page.text
  }

  private static let columns: [TextTable.Column] = [
    .init("machine", side: .left), .init("backend", side: .left), .init("batch"), .init("weights"),
    .init("tok/s"), .init("95 %"), .init("×"), .init("J/token"), .init("boundary, tier", side: .left),
  ]
}

extension SideBySide.Row {
  fileprivate func cells(_ block: SideBySide.Block, _ notes: inout Footnotes) -> [TextTable.Cell] {
    let subject = "\(block.model), \(block.phase.rawValue), \(backend.printable)"
    if let reason = ratio?.reason { notes.add(reason, for: subject) }
    if let reason = energy.reason { notes.add("no energy: \(reason)", for: subject) }
    let figure = energy.value
    return [
      [Inked(machine.printable.cut(to: 24))], [Inked(backend.printable.cut(to: 18))],
      [Inked("\(conditions.batch)")], [Inked(conditions.format.printable)],
      [Inked(Format.significant(speed.value))],
      [Inked(speed.confidence >= 0.95 ? speed.ends : NumberText.none)],
      [Inked(NumberText.ratio(ratio?.value?.value))],
      [Inked(figure.map { Format.significant($0.perToken.central.value) } ?? NumberText.none)],
      [Inked(figure.map { "\($0.origin.boundary), \($0.origin.tier)" } ?? "")],
    ]
  }
}

extension Figure {
  fileprivate var ends: String { "\(Format.significant(low))–\(Format.significant(high))" }
}
