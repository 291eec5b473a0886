import Quantities

extension Report {
  /// GitHub-flavoured Markdown: the text and every table, those of the plots too.
  public var markdown: String { text(sections) }

  /// What a pull request's comment needs: the headline, what became slower or faster, and the speeds.
  public var summary: String { text(sections.compactMap(\.inBrief)) }

  private func text(_ sections: [ReportSection]) -> String {
    let parts = ["# \(MarkdownText.escaped(title))", MarkdownText.escaped(headline)]
    return (parts + sections.flatMap(MarkdownText.lines)).joined(separator: "\n\n") + "\n"
  }
}

extension ReportSection {
  /// Of this section what stands in a summary; nil for nothing.
  fileprivate var inBrief: ReportSection? {
    guard let kept = ReportSection.brief[id] else { return nil }
    let blocks = blocks.filter { block in
      switch block {
      case .table: kept.tables
      case .paragraph, .list: true
      default: false
      }
    }
    return blocks.isEmpty ? nil : ReportSection(id, title, blocks)
  }

  private static let brief: [String: (tables: Bool, Void)] = [
    "compared": (true, ()), "machines": (true, ()), "history": (true, ()),
  ]
}

/// Text for Markdown in which nothing acts: no element, no link, no mention of a person.
enum MarkdownText {
  /// With everything escaped that Markdown, or a site that shows it, would take for more than a letter.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "@": escaped += "&#64;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "$":
        escaped += "\\"
        escaped.unicodeScalars.append(scalar)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  static func lines(_ section: ReportSection) -> [String] {
    ["## \(escaped(section.title))"] + section.blocks.flatMap(lines)
  }

  private static func lines(_ block: ReportBlock) -> [String] {
    switch block {
    case .heading(let title): ["### \(escaped(title))"]
    case .paragraph(let text): [inked(text)]
    case .list(let lines): [lines.map { "- " + inked($0) }.joined(separator: "\n")]
    case .table(let table): [self.table(table)]
    case .plot(let plot): self.plot(plot)
    case .plots(let plots): plots.flatMap(self.plot)
    case .details(let line, let blocks): ["### \(escaped(line.text))"] + blocks.flatMap(lines)
    }
  }

  private static func inked(_ text: Inked) -> String {
    let mark = text.ink == .bad ? "❌ " : text.ink == .warning ? "⚠️ " : ""
    return mark + escaped(text.text)
  }

  private static func plot(_ plot: Plot) -> [String] {
    ["### \(escaped(plot.title))", escaped(plot.summary), table(plot.data)]
  }

  /// A table of pipes.
  static func table(_ table: DataTable) -> String {
    let head = table.columns.map { escaped($0.name) }
    let rule = table.columns.map { $0.side == .right ? "---:" : "---" }
    let rows = table.rows.map { $0.map { cell($0.text) } }
    return ([head, rule] + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }

  private static func cell(_ text: Inked) -> String {
    text.ink == .good ? "**\(escaped(text.text))**" : inked(text)
  }
}
