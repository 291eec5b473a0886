import Judgement
import Quantities
import Results

/// A comparison as text for a terminal; the same comparison gives the same bytes.
public struct ComparisonReport: Sendable {
  let style: Style

  public init(style: Style) { self.style = style }

  public func text(_ comparison: Comparison) -> String {
    var page = Page(style)
    // Names may be long: sets of files are joined.
    let title = "\(comparison.candidate) against \(comparison.reference)"
    page.heading(title.printable.cut(to: style.width - 8))
    page.paragraph(
      "Times of the first over those of the second: below 1 is faster. Each interval has the level that Holm's rule leaves "
        + "its row, \(NumberText.percent(comparison.level)) for all together.")
    page.paragraph("Measured: \(comparison.basis).")
    page.blank()
    page.table(Self.table(comparison))
    page.blank()
    page.summary(comparison)
    page.energy(comparison)
    page.remarks(comparison)
    return page.text
  }

  private static func table(_ comparison: Comparison) -> TextTable {
    let labels = Set(comparison.rows.map(\.label))
    var table = TextTable([
      TextTable.Column("case", side: .left), TextTable.Column("before"), TextTable.Column("after"),
      TextTable.Column("ratio"), TextTable.Column("interval"), TextTable.Column("visible"),
      TextTable.Column("verdict", side: .left),
    ])
    table.rows = zip(comparison.rowNames, comparison.rows).map { name, row in
      [
        [Inked(labels.count > 1 ? "\(name), \(row.label)" : name)],
        [Inked(row.reference.map { Format.si($0) } ?? NumberText.none)],
        [Inked(row.candidate.map { Format.si($0) } ?? NumberText.none)],
        [Inked(row.interval.map { Format.fixed($0.ratio, 3) } ?? NumberText.none)],
        [Inked(row.interval.map(\.ends) ?? NumberText.none)],
        [Inked(row.smallestEffect.map { "±\(NumberText.percent($0))" } ?? NumberText.none)],
        [Inked(row.verdict.rawValue, row.verdict.ink)],
      ]
    }
    return table
  }
}

extension Page {
  fileprivate mutating func summary(_ comparison: Comparison) {
    let counts = Verdict.allCases.map { "\(comparison.count($0)) \($0.rawValue)" }
    let mean = comparison.mean.map {
      "geometric mean \(Format.fixed($0.ratio, 3)) (\($0.ends), \(NumberText.percent($0.level)))"
    }
    paragraph(([mean].compactMap(\.self) + [counts.joined(separator: ", ")]).joined(separator: " · "))
    let floors = Set(comparison.rows.map(\.floor)).sorted()
    if let low = floors.first, let high = floors.last {
      let text =
        low == high ? NumberText.percent(low) : "\(NumberText.percent(low)) to \(NumberText.percent(high))"
      paragraph(
        "Differences up to \(text) count as none. visible: the smallest slow-down that four of five such measurements would "
          + "have called one.")
    }
  }

  fileprivate mutating func remarks(_ comparison: Comparison) {
    var notes = Footnotes()
    for row in comparison.rows { if let note = row.note { notes.add(note, for: "\(row.id) \(row.label)") } }
    if !comparison.differences.isEmpty {
      blank()
      paragraph("What else differs")
      for line in comparison.differences { paragraph(line, label: "· ", indent: 2) }
    }
    guard !comparison.notes.isEmpty || !notes.entries.isEmpty else { return }
    blank()
    footnotes(notes)
    for line in comparison.notes { paragraph(line, label: "· ") }
  }
}

extension RatioInterval {
  /// `0.985 – 1.012`.
  var ends: String { "\(Format.fixed(low, 3)) – \(Format.fixed(high, 3))" }
}

extension Verdict {
  var ink: Ink {
    switch self {
    case .slower: .bad
    case .faster: .good
    case .same: .plain
    case .undecided: .warning
    }
  }
}
