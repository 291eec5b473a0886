import Measurement
import Quantities
import Results

extension Page {
  /// What was counted beside the times of cases of these groups.
  mutating func counts(_ record: RunRecord, groups: Set<String>) {
    guard showsCounts else { return }
    let cases = record.cases.filter { groups.contains($0.group) }
    let rows = cases.flatMap(\.countRows)
    blank()
    heading("Counts beside the times")
    guard !rows.isEmpty else { return paragraph("none in this run") }
    let shown = CountColumn.all.filter { column in rows.contains { column.value($0) != nil } }
    let columns = shown.map { TextTable.Column(lines: $0.header) }
    let table = TextTable(
      [.init("case", side: .left), .init("backend", side: .left)] + columns + [.init("peak", "memory")],
      rows: rows.map { $0.cells(shown) })
    self.table(table)
    blank()
    var notes = Footnotes()
    for row in rows { row.note(&notes) }
    footnotes(notes)
    if !notes.entries.isEmpty { blank() }
    paragraph(
      "instr, IPC and misses: per call and cycle, all threads · faults (minor, major) and switches (voluntary, "
        + "involuntary): of the whole process in all samples · peak memory: of the process during the case")
  }
}

/// One alternative's counts.
private struct CountRow {
  /// The case on its first row; empty on the others.
  let title: String
  let label: String
  let calls: Double
  let counts: EventCounts
  let memory: Reading<Bytes>?

  func cells(_ columns: [CountColumn]) -> [TextTable.Cell] {
    let memory = self.memory?.value.map(Format.binary) ?? (self.memory == nil ? "" : NumberText.none)
    return [[Inked(title.printable.cut(to: 22))], [Inked(label.printable.cut(to: 18))]]
      + columns.map { [Inked($0.value(self) ?? NumberText.none)] } + [[Inked(memory)]]
  }

  func note(_ notes: inout Footnotes) {
    for event in counts.events {
      if let reason = counts[event].reason { notes.add(reason, for: event.rawValue) }
    }
    if let reason = memory?.reason { notes.add(reason, for: "peak memory") }
  }
}

private struct CountColumn {
  let header: [String]
  let value: (CountRow) -> String?

  static var all: [CountColumn] {
    [
      CountColumn(header: ["instr", "per call"]) { perCall($0, .instructions) },
      CountColumn(header: ["", "IPC"]) { row in
        row.counts[.instructions].combined(with: row.counts[.cycles]) { $0 / $1 }.value
          .flatMap { $0.isFinite ? Format.fixed($0, 2) : nil }
      },
      CountColumn(header: ["cache", "misses"]) { perCall($0, .cacheMisses) },
      CountColumn(header: ["branch", "misses"]) { perCall($0, .branchMisses) },
      CountColumn(header: ["faults", "min"]) { total($0, .minorFaults) },
      CountColumn(header: ["", "maj"]) { total($0, .majorFaults) },
      CountColumn(header: ["switches", "vol"]) { total($0, .voluntarySwitches) },
      CountColumn(header: ["", "invol"]) { total($0, .involuntarySwitches) },
    ]
  }

  private static func perCall(_ row: CountRow, _ event: Event) -> String? {
    row.counts[event].value.map { short($0 / row.calls) }
  }
  private static func total(_ row: CountRow, _ event: Event) -> String? { row.counts[event].value.map(short) }

  /// `0`, `0.12`, `43`, `12.3k`, `4.56M`, `7.89G`.
  private static func short(_ count: Double) -> String {
    for (unit, size) in [("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)] where count >= size * 0.9995 {
      return Format.significant(max(1, count / size)) + unit
    }
    return count == count.rounded() ? Format.fixed(count, 0) : Format.significant(count, 2)
  }
}

extension CaseRecord {
  fileprivate var countRows: [CountRow] {
    let counted = alternatives.filter { $0.isTimed && $0.counts != nil }
    return counted.enumerated().map { index, alternative in
      CountRow(
        title: index == 0 ? title : "", label: alternative.label,
        calls: Double(alternative.samples.count * alternative.iterations),
        counts: alternative.counts ?? EventCounts([:]), memory: index == 0 ? peakMemory : nil)
    }
  }
}
