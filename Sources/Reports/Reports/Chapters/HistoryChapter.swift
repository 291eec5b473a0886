import Judgement
import Quantities

extension ReportInput {
  /// The history of each tracked case with its change points.
  var historySection: ReportSection? {
    let tracked = machines.compactMap { machine in machine.history.map { (machine, $0) } }
    let blocks = tracked.flatMap { machine, record in
      (machines.count > 1 ? [.heading(machine.name)] : [])
        + HistoryChapter(record, machine.slug, drawn: min(24, max(4, 48 / tracked.count))).blocks
    }
    guard !blocks.isEmpty else { return nil }
    let words =
      "The time of each case over all stored runs that may be compared, in the order of their commits. Dashed lines: a "
      + "change that is no chance, found by rank tests and corrected for their number."
    return ReportSection("history", "Histories", [.text(words)] + blocks)
  }
}

/// The histories of one machine.
private struct HistoryChapter {
  /// So many are listed: a report stays below a megabyte.
  private static let listed = 200
  /// Fewer points are no history to look at.
  private static let shortest = 5
  /// Up to so many points are marked on their line.
  private static let marked = 60

  let record: TrackRecord
  let slug: String
  /// So many histories are drawn, those that changed first.
  let drawn: Int

  init(_ record: TrackRecord, _ slug: String, drawn: Int) {
    (self.record, self.slug, self.drawn) = (record, slug, drawn)
  }

  var blocks: [ReportBlock] {
    var blocks: [ReportBlock] = [.text(TrackText.runs(record)), .text("\(TrackText.census(record)).")]
    if let reason = record.newestLeftOut {
      blocks.append(.paragraph(Inked("The newest run is not judged: \(reason)", .warning)))
    }
    let changes = record.series.flatMap { series in series.changes.map { (series, $0) } }
    if !changes.isEmpty { blocks.append(.table(Self.table(changes))) }
    let ordered = record.series.filter { !$0.changes.isEmpty } + record.series.filter(\.changes.isEmpty)
    let long = ordered.filter { $0.history.count >= Self.shortest }
    if !long.isEmpty { blocks.append(.plots(long.prefix(drawn).enumerated().map(plot))) }
    if !ordered.isEmpty {
      let title = ordered.count > Self.listed ? "The first \(Self.listed) histories" : "All histories"
      blocks.append(.details(Inked("\(title) in a table"), [.table(Self.list(ordered))]))
    }
    let rest = long.count - drawn
    if rest > 0 {
      blocks.append(.text("\(rest) more are not drawn; perwatt track --no-run --all lists every one."))
    }
    return blocks + accepted
  }

  private var accepted: [ReportBlock] {
    let lines = record.series.compactMap { series in
      series.blessing.map { "accepted at \($0.commit.prefix(10)), \(TrackText.name(series)): \($0.note)" }
    }
    return lines.isEmpty ? [] : [.texts(Array(lines.prefix(Self.listed)))]
  }

  private static func table(_ changes: [(TrackedSeries, TrackedChange)]) -> DataTable {
    let columns: [DataTable.Column] = [
      .words("case"), .words("backend"), .numbers("then", "s"), .numbers("now", "s"),
      .numbers("change", "ratio"), .words("interval"), .words("since"), .words("date"), .words("verdict"),
    ]
    let rows = changes.prefix(listed).map { series, change -> [DataTable.Cell] in
      let ink: Ink = change.isRegression ? .bad : change.verdict == .faster ? .good : .plain
      return [
        .init(series.caseID), .init("\(series.alternative), \(series.threads)t"),
        .init(Format.si(change.before), change.before.value),
        .init(Format.si(change.after), change.after.value),
        .init(TrackText.percent(change.ratio), change.ratio, ink), .init(TrackText.interval(change)),
        .init(String((change.commit ?? "no commit").prefix(10))), .init(String(change.date.prefix(10))),
        .init(change.words, nil, ink),
      ]
    }
    return DataTable("What became slower or faster, and since when.", columns, rows)
  }

  private static func list(_ series: [TrackedSeries]) -> DataTable {
    let columns: [DataTable.Column] = [
      .words("case"), .words("backend"), .words("suite"), .numbers("points", "points"), .numbers("now", "s"),
      .words("history"), .words("verdict"),
    ]
    let rows = series.prefix(listed).map { series -> [DataTable.Cell] in
      let now = series.history.last
      return [
        .init(series.caseID), .init("\(series.alternative), \(series.threads)t"), .init(series.suite),
        .init("\(series.history.count)", Double(series.history.count)),
        now.map { .init(Format.si($0), $0.value) } ?? .none,
        .init(Sparkline.text(series.history.map(\.value))), .init(series.words),
      ]
    }
    return DataTable("The newest time of each case; the line goes up where times do.", columns, rows)
  }

  private func plot(_ index: Int, _ series: TrackedSeries) -> Plot {
    let times = series.history.map(\.value)
    let unit = TimeUnit(times.last ?? 1)
    let points = times.enumerated().map { (x: Double($0.offset + 1), y: $0.element / unit.scale) }
    let y = PlotAxis(unit.name, of: points.map(\.y), logarithmicFrom: 1e9, startsAtZero: false)
    let marks = series.changes.map { change in
      let place = Double(change.index) + 0.5
      return Plane.Line(
        points: [(place, y.range.lowerBound), (place, y.range.upperBound)], kind: .mark)
    }
    let x = PlotAxis("run", linear: 1...Double(max(times.count, 2)), isWhole: true)
    let content = Plane(
      x: x, y: y, series: [unit.name], lines: marks + [.init(points: points, kind: .data)],
      points: points.count > Self.marked ? [] : points.map { .init(x: $0.x, y: $0.y, series: 0) },
      isSmall: true)
    return Plot(
      name: "history.\(slug).\(index + 1)",
      title: "\(series.caseID), \(series.alternative), \(series.threads)t",
      summary: "\(NumberText.count(times.count, "run")), \(unit.name) for one iteration: \(series.words).",
      content: .plane(content), data: Self.numbers(times, unit))
  }

  /// Ten to a row, because there may be hundreds.
  private static func numbers(_ times: [Double], _ unit: TimeUnit) -> DataTable {
    let width = 10
    let rows = stride(from: 0, to: times.count, by: width).map { start -> [DataTable.Cell] in
      let part = times[start..<min(start + width, times.count)]
      let cells = part.map { DataTable.Cell(Format.significant($0 / unit.scale, 4), $0) }
      return [.init("\(start + 1)")] + cells
        + Array(repeating: .init(""), count: width - part.count)
    }
    let columns = (0..<width).map { DataTable.Column.numbers("+\($0)", "s") }
    return DataTable("Times in \(unit.name), oldest run first.", [.words("run")] + columns, rows)
  }
}

/// A unit in which times print as small numbers.
private struct TimeUnit {
  let name: String
  let scale: Double

  init(_ seconds: Double) {
    let units = [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)]
    (name, scale) = units.first { seconds >= $0.1 } ?? ("ns", 1e-9)
  }
}

extension TrackedChange {
  fileprivate var words: String {
    hasRecovered ? "recovered" : kind == .drift ? "drifts, \(verdict.rawValue)" : verdict.rawValue
  }
}

extension TrackedSeries {
  /// What may be said of it as a whole.
  fileprivate var words: String {
    if let missing { return "\(NumberText.count(missing, "more run")) needed to judge it" }
    guard let last = changes.last else { return "no change" }
    return "\(last.words) by \(TrackText.percent(last.ratio)) since run \(last.index + 1)"
  }
}
