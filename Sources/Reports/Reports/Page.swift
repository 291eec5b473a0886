import Results

/// Lines in the making. Whatever is put on it stays within the style's width.
struct Page {
  let style: Style
  /// Whether what was counted beside the times is drawn, too.
  let showsCounts: Bool
  private var lines: [String] = []

  init(_ style: Style, showsCounts: Bool = false) { (self.style, self.showsCounts) = (style, showsCounts) }

  /// All lines, each ended by a line break.
  var text: String { lines.map { $0 + "\n" }.joined() }

  mutating func blank() { lines.append("") }

  /// The first line of a section.
  mutating func heading(_ title: String) {
    let start = "── \(title) "
    lines.append(start + String(repeating: "─", count: style.width - start.columns))
  }

  /// Text that goes on under its own first word; `label` stands before it on the first line.
  mutating func paragraph(_ piece: Inked, label: String = "", indent: Int = 0) {
    let label = String(repeating: " ", count: indent) + Inked(label).text.cut(to: 30)
    let margin = String(repeating: " ", count: label.columns)
    for (index, line) in piece.text.wrapped(to: style.width - label.columns).enumerated() {
      lines.append((index == 0 ? label : margin) + style.paint(Inked(line, piece.ink)))
    }
  }
  mutating func paragraph(_ text: String, label: String = "", indent: Int = 0) {
    paragraph(Inked(text), label: label, indent: indent)
  }

  mutating func table(_ table: TextTable) { lines += table.lines(style) }

  /// A table with a heading of one line in the header, whose rows have one line each and stand under titles; a row
  /// without one belongs to the title before it.
  mutating func table(_ table: TextTable, titles: [Inked?]) {
    let indent = "  "
    let rows = table.lines(Style(width: style.width, colour: style.colour, less: indent.columns))
    lines += rows.prefix(2).map { indent + $0 }
    for (title, row) in zip(titles, rows.dropFirst(2)) {
      if let title { paragraph(title) }
      lines.append(indent + row)
    }
  }

  /// The reasons that were collected beside a table.
  mutating func footnotes(_ notes: Footnotes) {
    for note in notes.entries {
      let mark = note.ink == .bad ? "FAILED  " : "–  "
      let rest = note.subjects.count - Footnotes.shown
      let subjects = note.subjects.prefix(Footnotes.shown).map { $0.printable.cut(to: 60) }
      let more = rest > 0 ? " and \(rest) more" : ""
      paragraph(Inked("\(subjects.joined(separator: "; "))\(more): \(note.reason)", note.ink), label: mark)
    }
  }
}

/// Why figures are missing or failed; one reason is told once, with all that it holds for.
struct Footnotes {
  /// So many subjects are named, the others counted.
  static let shown = 3
  struct Entry {
    let reason: String
    let ink: Ink
    var subjects: [String]
  }
  private(set) var entries: [Entry] = []

  mutating func add(_ reason: String, for subject: String, _ ink: Ink = .plain) {
    guard let index = entries.firstIndex(where: { $0.reason == reason && $0.ink == ink }) else {
      entries.append(Entry(reason: reason, ink: ink, subjects: [subject]))
      return
    }
    if !entries[index].subjects.contains(subject) { entries[index].subjects.append(subject) }
  }
}

extension Footnotes {
  /// Of everything that was not timed.
  init(of cases: [CaseRecord]) {
    for measured in cases {
      for alternative in measured.alternatives {
        switch alternative.outcome {
        case .timed: break
        case .failed(let why): add(why, for: "\(alternative.label), \(measured.title)", .bad)
        case .missing(let why):
          // Numbers of columns are labels that say nothing alone.
          add(why, for: measured.group == FormatGroup.columns.rawValue ? measured.title : alternative.label)
        }
      }
    }
  }
}
