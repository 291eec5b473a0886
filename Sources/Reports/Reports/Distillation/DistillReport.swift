import Judgement
import Quantities
import Results

/// A distillation session as text for a terminal, or as Markdown: the same record gives the same bytes.
public struct DistillReport: Sendable {
  private let record: DistillRecord

  public init(_ record: DistillRecord) { self.record = record }

  public func text(style: Style) -> String {
    var page = Page(style)
    page.heading(title.printable.cut(to: style.width - 8))
    page.paragraph(record.setting)
    for part in record.parts {
      page.blank()
      page.paragraph(part.title)
      if !part.rows.isEmpty { page.table(part.textTable) }
      for line in part.lines { page.paragraph(line) }
    }
    if !remarks.isEmpty { page.blank() }
    for line in remarks { page.paragraph(line, label: "· ") }
    return page.text
  }

  public var markdown: String {
    let parts = record.parts.map { part in
      ["### \(part.title.printable)\n"] + (part.rows.isEmpty ? [] : [part.markdownTable])
        + part.lines.map { $0.printable + "\n" }
    }
    let remarks = remarks.isEmpty ? [] : [remarks.map { "- \($0.printable)\n" }.joined()]
    return (["## \(title.printable)\n", record.setting.printable + "\n"] + parts.joined() + remarks)
      .joined(separator: "\n")
  }

  private var title: String {
    "Distillation · \(record.corpus.name) · \(NumberText.count(record.settings.threads, "thread"))"
  }

  private var remarks: [String] {
    var lines = record.notes
    if record.validity.status != .valid {
      lines.append("\(record.validity.status.rawValue): \(record.validity.reasons.joined(separator: "; "))")
    }
    let commit = record.origin.commit.value.map { "\($0.hash)\($0.dirty ? " with local changes" : "")" }
    let time = record.wallTime.map { ", \(NumberText.duration($0))" } ?? ""
    return lines + [
      "\(record.machine.key), \(record.origin.started)\(time), commit \(commit ?? "unknown")"
    ]
  }
}

/// A table with a title and what is said below it, for either form.
struct DistillPart {
  var title: String
  /// The first column stands to the left.
  var columns: [String] = []
  var rows: [[String]] = []
  var lines: [String] = []

  var textTable: TextTable {
    let sides = columns.indices.map { $0 == 0 ? TextTable.Side.left : .right }
    let headers = zip(columns, sides).map { column, side in
      TextTable.Column(lines: column.split(separator: "|").map(String.init), side: side)
    }
    return TextTable(headers, rows: rows.map { $0.map { [Inked($0)] } })
  }

  var markdownTable: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let header = columns.map { $0.printable.replacing("|", with: " ") }
    let rule = columns.indices.map { $0 == 0 ? "---" : "--:" }
    // A bar would end the cell.
    let cells = rows.map { $0.map { $0.printable.replacing("|", with: "\\|") } }
    return ([header, rule] + cells).map(line).joined()
  }
}

extension DistillRecord {
  /// What was trained on what, in one paragraph.
  fileprivate var setting: String {
    let s = settings
    let floor =
      corpus.entropyPerToken.value.map { "entropy \(Format.fixed($0, 4)) nats per token" }
      ?? "entropy unknown (\(corpus.entropyPerToken.reason ?? ""))"
    let source =
      s.teacher.map { "from \($0)" } ?? "trained here on \(NumberText.amount(s.teacherTokens)) tokens"
    let details = s.details.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return
      ([
        "Corpus: \(corpus.vocabulary) tokens in the vocabulary, \(floor)", "teacher \(source)",
        "students learn from \(NumberText.amount(s.studentTokens)) tokens, \(s.batch) × \(s.window) a step",
        "loss \(lossName)", NumberText.count(s.seeds.count, "seed"),
      ] + details).joined(separator: "; ") + "."
  }

  private var lossName: String {
    let s = settings
    let share = NumberText.percent(s.mix)
    switch s.loss {
    case "labels": return "labels"
    case "samples": return "the teacher's own samples as labels"
    default:
      return
        "\(s.loss) at temperature \(Format.significant(s.temperature, 2)), \(share) of the loss, labels the rest"
    }
  }

  fileprivate var parts: [DistillPart] {
    [sizePart, qualityPart, gainPart, costPart, speedPart, frontPart, speculationPart].compactMap(\.self)
  }
}
