import Judgement
import Quantities

extension TextReport {
  /// The histories of a machine: what changed, what was accepted, what could be judged.
  /// - Parameter all: also the histories in which nothing changed.
  public func track(_ record: TrackRecord, all: Bool = false) -> String {
    draw { $0.track(record, all: all) }
  }
}

extension Page {
  mutating func track(_ record: TrackRecord, all: Bool) {
    heading("History · \(record.machine)")
    paragraph(TrackText.runs(record))
    if let reason = record.newestLeftOut {
      paragraph(Inked("The newest run is not judged: \(reason)", .warning))
    }
    let shown = record.series.filter { all || !$0.changes.isEmpty }
    if !shown.isEmpty {
      blank()
      let (titles, rows) = TrackText.rows(of: shown)
      table(TextTable(TrackText.columns, rows: rows), titles: titles)
    }
    let accepted = record.series.filter { $0.blessing != nil }
    if !accepted.isEmpty { blank() }
    var notes = Footnotes()
    for series in accepted {
      let blessing = series.blessing!
      notes.add("accepted at \(blessing.commit.prefix(10)): \(blessing.note)", for: TrackText.name(series))
    }
    footnotes(notes)
    blank()
    paragraph(TrackText.census(record))
  }
}

/// The words and rows of the histories.
enum TrackText {
  static func runs(_ record: TrackRecord) -> String {
    let runs = record.runs
    let parts = [
      (runs.interrupted, "interrupted"), (runs.debug, "of a debug build"),
      (runs.dirty, "with uncommitted changes"),
      (runs.invalid, "invalid"), (runs.otherHardware, "on other hardware"),
      (runs.imported, "by other programs"),
    ]
    let out = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    var text = NumberText.count(runs.judged, "run")
    if !record.cpu.isEmpty { text += " on \(record.cpu)" }
    if !out.isEmpty { text += "; left out: \(out)" }
    if runs.byDate > 0 {
      text += "; \(runs.byDate) stand by their date: git does not know their commits here"
    }
    return text + "."
  }

  static func census(_ record: TrackRecord) -> String {
    var text = "judged \(record.judged) of \(record.series.count)"
    if record.tooShort > 0 {
      let nearest = record.series.compactMap(\.missing).min() ?? 0
      text += ", \(record.tooShort) too short (the next one after \(NumberText.count(nearest, "more run")))"
    }
    let changes = record.series.flatMap(\.changes)
    let (slower, faster) = (changes.count(where: \.isRegression), changes.count { $0.verdict == .faster })
    text += " · \(NumberText.count(slower, "regression")) · \(faster) faster"
    if record.withheld > 0 {
      text +=
        " · \(NumberText.count(record.withheld, "change")) withheld: so many histories show it by chance"
    }
    return text
  }

  static func name(_ series: TrackedSeries) -> String { "\(series.caseID) \(series.alternative)" }

  static let columns: [TextTable.Column] = [
    .init("then"), .init("now"), .init("change"), .init("95 % interval"), .init("since", side: .left),
    .init("", side: .left), .init("verdict", side: .left), .init("history", side: .left),
  ]

  /// Rows of one line each, and what stands above each: the history's name, once.
  static func rows(of series: [TrackedSeries]) -> (titles: [Inked?], rows: [[TextTable.Cell]]) {
    var (titles, rows): ([Inked?], [[TextTable.Cell]]) = ([], [])
    for history in series {
      titles.append(
        Inked("\(history.caseID) · \(history.alternative) · t\(history.threads) · \(history.suite)"))
      titles += history.changes.dropFirst().map { _ in nil }
      rows += history.changes.isEmpty ? [row(history)] : history.changes.map { row(history, $0) }
    }
    return (titles, rows)
  }

  private static func row(_ series: TrackedSeries) -> [TextTable.Cell] {
    let now = series.history.last.map { Format.si($0) } ?? NumberText.none
    let verdict = series.missing.map { "needs \($0) more" } ?? "same"
    return cells(["", now, "", "", "", "", verdict, Sparkline.text(series.history.map(\.value))])
  }

  private static func row(_ series: TrackedSeries, _ change: TrackedChange) -> [TextTable.Cell] {
    let ink: Ink = change.isRegression ? .bad : change.verdict == .faster ? .good : .plain
    let kind = change.hasRecovered ? "recovered" : change.kind == .drift ? "drifts" : change.verdict.rawValue
    return cells(
      [
        Format.si(change.before), Format.si(change.after), percent(change.ratio), interval(change),
        String((change.commit ?? "no commit").prefix(10)), String(change.date.prefix(10)), kind,
        Sparkline.text(series.history.map(\.value)),
      ], ink)
  }

  /// The change and its verdict carry the ink.
  private static func cells(_ texts: [String], _ ink: Ink = .plain) -> [TextTable.Cell] {
    texts.enumerated().map { [Inked($0.element, $0.offset == 2 || $0.offset == 6 ? ink : .plain)] }
  }

  /// `+9.8 %` more time.
  static func percent(_ ratio: Double) -> String {
    let change = (ratio - 1) * 100
    return "\(change < 0 ? "−" : "+")\(Format.fixed(abs(change), 1)) %"
  }

  static func interval(_ change: TrackedChange) -> String {
    guard let low = change.low, let high = change.high else { return NumberText.none }
    return "\(percent(low).dropLast(2)) … \(percent(high))"
  }
}

/// A history in one line of eighths.
enum Sparkline {
  private static let eighths: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// At most `width` columns, each the median of its points; the height of the line is a twentieth of the least value at
  /// least, so that noise looks flat.
  static func text(_ values: [Double], width: Int = 12) -> String {
    let finite = values.filter { $0.isFinite && $0 > 0 }
    guard !finite.isEmpty else { return NumberText.none }
    let columns = min(width, finite.count)
    let medians = (0..<columns).map { column in
      let part = finite[column * finite.count / columns..<(column + 1) * finite.count / columns].sorted()
      return part[part.count / 2]
    }
    let (low, high) = (medians.min()!, medians.max()!)
    let reach = max(high - low, low * 0.05)
    return String(medians.map { eighths[min(7, Int(($0 - low) / reach * 8))] })
  }
}
