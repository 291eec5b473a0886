import Quantities

/// A report as plain values: what is said, in which order, with which numbers. The renderers (`html`, `markdown`, `json`,
/// `svg`) give it a form and add nothing, so that every format tells the same, and the same values give the same bytes.
public struct Report: Sendable {
  let title: String
  /// The whole in one sentence.
  let headline: String
  let sections: [ReportSection]

  /// The names by which `svg(plot:)` knows the plots, in their order.
  public var plotNames: [String] { plots.map(\.name) }

  var plots: [Plot] { sections.flatMap(\.plots) }
}

/// What stands under one heading.
struct ReportSection: Sendable {
  /// The end of its address: `roofline`.
  let id: String
  let title: String
  var blocks: [ReportBlock] = []

  init(_ id: String, _ title: String, _ blocks: [ReportBlock]) {
    (self.id, self.title, self.blocks) = (id, title, blocks)
  }

  var plots: [Plot] { blocks.flatMap(\.plots) }
}

/// What a section is made of.
enum ReportBlock: Sendable {
  /// A heading within the section.
  case heading(String)
  case paragraph(Inked)
  case list([Inked])
  case table(DataTable)
  case plot(Plot)
  /// Small plots of one kind, as many side by side as fit.
  case plots([Plot])
  /// A line that is always seen, and what is shown on demand.
  case details(Inked, [ReportBlock])

  /// Those within details, too.
  var plots: [Plot] {
    switch self {
    case .plot(let plot): [plot]
    case .plots(let plots): plots
    case .details(_, let blocks): blocks.flatMap(\.plots)
    case .heading, .paragraph, .list, .table: []
    }
  }

  static func text(_ text: String) -> ReportBlock { .paragraph(Inked(text)) }
  static func texts(_ lines: [String]) -> ReportBlock { .list(lines.map { Inked($0) }) }
}

/// A table with its numbers as they were stored, for machines, beside their text.
struct DataTable: Sendable {
  struct Column: Sendable {
    let name: String
    let side: TextTable.Side
    /// Of the cells' values, as a machine needs it; nil where the cells are words.
    let unit: String?

    /// A column of words.
    static func words(_ name: String) -> Column { Column(name: name, side: .left, unit: nil) }
    /// A column of numbers.
    static func numbers(_ name: String, _ unit: String) -> Column {
      Column(name: name, side: .right, unit: unit)
    }
  }

  struct Cell: Sendable {
    let text: Inked
    /// The number behind the text, in the column's unit; nil for words, and where nothing was measured.
    let value: Double?

    init(_ text: String, _ value: Double? = nil, _ ink: Ink = .plain) {
      (self.text, self.value) = (Inked(text, ink), value.flatMap { $0.isFinite ? $0 : nil })
    }

    static let none = Cell(NumberText.none)

    /// `12.3`, or a dash.
    static func number(_ value: Double?, _ ink: Ink = .plain) -> Cell {
      Cell(value.map { Format.significant($0) } ?? NumberText.none, value, ink)
    }
    /// `78 %` of a share; the value is the share.
    static func percent(_ share: Double?) -> Cell { Cell(NumberText.percent(share), share) }
    /// `1.35×`.
    static func ratio(_ ratio: Double?) -> Cell { Cell(NumberText.ratio(ratio), ratio) }
  }

  let caption: String
  /// The first one names the rows.
  let columns: [Column]
  var rows: [[Cell]]

  init(_ caption: String, _ columns: [Column], _ rows: [[Cell]]) {
    (self.caption, self.columns, self.rows) = (caption, columns, rows)
  }
}
