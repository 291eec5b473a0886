import Quantities

extension Report {
  /// One file that needs nothing else: no network, no script, no font.
  public var html: String { "<!DOCTYPE html>\n" + HTMLPage.markup(self).text + "\n" }
}

/// A report as a page with landmarks, headings in their order, and every plot's numbers in a table.
private enum HTMLPage {
  static func markup(_ report: Report) -> Markup {
    let head = Markup(
      "head", [:],
      [
        Markup(lines: [
          Markup("meta", ["charset": "utf-8"]),
          Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
          Markup("meta", ["name": "color-scheme", "content": "light dark"]),
          // Should anything ever slip through: no script, no network.
          Markup(
            "meta",
            [
              "http-equiv": "Content-Security-Policy",
              "content": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
            ]),
          Markup("title", [:], report.title), .style([.colours, .plots, .pages]),
        ])
      ])
    return Markup("html", ["lang": "en"], [Markup(lines: [head, Markup("body", [:], body(report))])])
  }

  private static func body(_ report: Report) -> [Markup] {
    let skip = Markup("a", ["class": "skip", "href": "#content"], "Skip to the content")
    let links = report.sections.map { section in
      Markup("li", [:], [Markup("a", ["href": "#\(section.id)"], section.title)])
    }
    let header = Markup(
      "header", [:],
      [
        Markup(lines: [
          Markup("h1", [:], report.title), Markup("p", ["class": "headline"], report.headline),
          Markup("nav", ["aria-label": "Sections"], [Markup("ul", [:], links)]),
        ])
      ])
    let main = Markup("main", ["id": "content"], [Markup(lines: report.sections.map(section))])
    let footer = Markup(
      "footer", [:],
      [
        Markup(
          "p", [:],
          "Drawn by perwatt from stored runs alone. Every figure has its samples, its check against an oracle and its "
            + "machine in the files named under Runs.")
      ])
    return [Markup(lines: [skip, header, main, footer])]
  }

  private static func section(_ section: ReportSection) -> Markup {
    let heading = Markup("h2", ["id": "\(section.id)-h"], section.title)
    return Markup(
      "section", ["id": section.id, "aria-labelledby": "\(section.id)-h"],
      [Markup(lines: [heading] + section.blocks.map(block))])
  }

  private static func block(_ block: ReportBlock) -> Markup {
    switch block {
    case .heading(let title): Markup("h3", [:], title)
    case .paragraph(let text): inked("p", text)
    case .list(let lines): Markup("ul", [:], lines.map { inked("li", $0) })
    case .table(let table): scrolling(table)
    case .plot(let plot): figure(plot)
    case .plots(let plots): Markup("div", ["class": "few"], [Markup(lines: plots.map(smallFigure))])
    case .details(let line, let blocks):
      Markup(
        "details", ["class": "item"], [Markup(lines: [inked("summary", line)] + blocks.map(Self.block))])
    }
  }

  private static func inked(_ name: StaticString, _ text: Inked) -> Markup {
    text.ink == .plain
      ? Markup(name, [:], text.text) : Markup(name, ["class": "\(text.ink)"], text.text)
  }
}

// MARK: Figures and tables

extension HTMLPage {
  private static func figure(_ plot: Plot) -> Markup {
    let id = "plot-\(plot.name)"
    return Markup(
      "figure", ["id": id],
      [
        Markup(lines: [
          Markup("h3", [:], plot.title),
          PlotImage.markup(plot, width: PlotImage.wide, id: "\(id)-w", style: "wide"),
          PlotImage.markup(plot, width: PlotImage.narrow, id: "\(id)-n", style: "narrow"),
          Markup("figcaption", [:], plot.summary), numbers(plot),
        ])
      ])
  }

  private static func smallFigure(_ plot: Plot) -> Markup {
    let id = "plot-\(plot.name)"
    return Markup(
      "figure", ["id": id],
      [
        Markup(lines: [
          Markup("h4", [:], plot.title),
          PlotImage.markup(plot, width: PlotImage.small, id: id, style: "small"),
          Markup("figcaption", [:], plot.summary), numbers(plot),
        ])
      ])
  }

  private static func numbers(_ plot: Plot) -> Markup {
    Markup(
      "details", [:],
      [Markup(lines: [Markup("summary", [:], "Numbers: \(plot.title)"), scrolling(plot.data)])])
  }

  /// Wide tables scroll by themselves, and with the keyboard.
  private static func scrolling(_ table: DataTable) -> Markup {
    Markup(
      "div", ["class": "scroll", "role": "region", "aria-label": table.caption, "tabindex": "0"],
      [self.table(table)])
  }

  private static func table(_ table: DataTable) -> Markup {
    let head = table.columns.map { column in
      column.side == .right
        ? Markup("th", ["scope": "col", "class": "n"], column.name)
        : Markup("th", ["scope": "col"], column.name)
    }
    let rows = table.rows.map { row in
      Markup(
        "tr", [:],
        zip(table.columns, row).enumerated().map { cell($0.element.1, $0.element.0, at: $0.offset) })
    }
    return Markup(
      "table", [:],
      [
        Markup(lines: [
          Markup("caption", [:], [Markup("span", [:], table.caption)]),
          Markup("thead", [:], [Markup("tr", [:], head)]),
          Markup("tbody", [:], [Markup(lines: rows)]),
        ])
      ])
  }

  private static func cell(_ cell: DataTable.Cell, _ column: DataTable.Column, at index: Int) -> Markup {
    if index == 0 { return Markup("th", ["scope": "row"], cell.text.text) }
    let side = column.side == .right ? ["n"] : []
    let ink = cell.text.ink == .plain ? [] : ["\(cell.text.ink)"]
    let style = (side + ink).joined(separator: " ")
    return style.isEmpty
      ? Markup("td", [:], cell.text.text) : Markup("td", ["class": style], cell.text.text)
  }
}
