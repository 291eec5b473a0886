extension Report {
  /// The report for programs: every table with its numbers, in the units that its columns name.
  public var json: String {
    JSONText.object([
      ("title", .text(title)), ("headline", .text(headline)), ("sections", .list(sections.map(\.json))),
    ]).lines(depth: 9)
  }
}

extension ReportSection {
  fileprivate var json: JSONText {
    .object([("id", .text(id)), ("title", .text(title)), ("blocks", .list(blocks.map(\.json)))])
  }
}

extension ReportBlock {
  fileprivate var json: JSONText {
    switch self {
    case .heading(let title): .object([("heading", .text(title))])
    case .paragraph(let text): .object([("text", .text(text.text))])
    case .list(let lines): .object([("list", .list(lines.map { .text($0.text) }))])
    case .table(let table): .object([("table", table.json)])
    case .plot(let plot): .object([("plot", plot.json)])
    case .plots(let plots): .object([("plots", .list(plots.map(\.json)))])
    case .details(let line, let blocks):
      .object([("about", .text(line.text)), ("blocks", .list(blocks.map(\.json)))])
    }
  }
}

extension Plot {
  fileprivate var json: JSONText {
    .object([
      ("name", .text(name)), ("title", .text(title)), ("summary", .text(summary)), ("data", data.json),
    ])
  }
}

extension DataTable {
  fileprivate var json: JSONText {
    let columns = columns.map { column in
      JSONText.object(
        [("name", .text(column.name))] + (column.unit.map { [("unit", JSONText.text($0))] } ?? []))
    }
    return .object([
      ("caption", .text(caption)), ("columns", .list(columns)),
      ("rows", .list(rows.map { .list($0.map(\.json)) })),
    ])
  }
}

extension DataTable.Cell {
  /// The number where there is one, and the text beside it, because it may say more: `~12.3`.
  fileprivate var json: JSONText {
    value.map { .object([("value", .number($0)), ("text", .text(text.text))]) } ?? .text(text.text)
  }
}
