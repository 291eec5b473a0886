import Measurement
import Quantities
import Results

extension Page {
  /// Burst and sustained speed of cases of these groups; nothing where no case ran on and on.
  mutating func sustained(_ record: RunRecord, groups: Set<String>) {
    let rows = (record.sustained ?? []).compactMap { run in
      record.cases.first { $0.id == run.caseID && groups.contains($0.group) }.map { SustainedRow(run, $0) }
    }
    guard let first = rows.first else { return }
    blank()
    heading("Sustained · \(NumberText.duration(first.run.duration)) without pause")
    table(TextTable(SustainedRow.columns, rows: rows.map(\.cells)))
    blank()
    var notes = Footnotes()
    for row in rows {
      for reason in row.reasons { notes.add(reason, for: row.subject) }
    }
    footnotes(notes)
    if !notes.entries.isEmpty { blank() }
    paragraph(
      "sustained: the median of the later half of the intervals · of burst: sustained speed over that of the samples "
        + "before, with its 95 % interval · temperature and clock: after the first and the last interval")
  }
}

/// The fastest alternative of a case, running on and on.
private struct SustainedRow {
  let run: SustainedRecord
  private let measured: CaseRecord

  init(_ run: SustainedRecord, _ measured: CaseRecord) { (self.run, self.measured) = (run, measured) }

  static let columns: [TextTable.Column] = [
    .init("case", side: .left), .init("backend", side: .left), .init("burst"), .init("sustained"),
    .init("of burst"), .init("", side: .left), .init("°C"), .init("GHz"),
  ]

  var subject: String { "\(run.label), \(measured.title)" }

  /// Each told once for all that it holds for.
  var reasons: [String] {
    let conditions = run.intervals.last.map {
      [("temperature", $0.condition.temperature.reason), ("clock", $0.condition.clock.reason)]
    }
    let unread = (conditions ?? []).compactMap { name, reason in reason.map { "no \(name): \($0)" } }
    return [run.unsteady, run.note].compactMap(\.self) + unread
  }

  var cells: [TextTable.Cell] {
    let burst = measured.alternatives.first { $0.label == run.label }?.time
    let ratio = run.ratioToBurst.value
    let range = ratio.map {
      $0.confidence >= 0.94
        ? "(\(Format.fixed($0.low, 2))–\(Format.fixed($0.high, 2)))" : "(\(NumberText.none))"
    }
    return [
      measured.title.printable.wrapped(to: 14).map { Inked($0) }, [Inked(run.label.printable.cut(to: 18))],
      [Inked(speed(burst))], [Inked(speed(run.time))], [Inked(NumberText.percent(ratio?.value))],
      [Inked(range ?? "")], [Inked(change(\.temperature, 0) { $0 })],
      [Inked(change(\.clock, 2) { $0 / 1e9 })],
    ]
  }

  /// Tokens per second of a model, else the rate that the kernel tables show.
  private func speed(_ time: MedianTime?) -> String {
    guard let time else { return NumberText.none }
    if let tokens = measured.work.tokens {
      return "\(Format.significant((tokens / time.median).value)) tok/s"
    }
    let intensity = Intensity(measured.work)
    return intensity.rateText(measured.work, time) + intensity.unit
  }

  /// `41 → 78`.
  private func change(
    _ field: KeyPath<MachineCondition, Reading<Double>>, _ decimals: Int, _ scale: (Double) -> Double
  ) -> String {
    let ends = [run.intervals.first, run.intervals.last].compactMap { $0?.condition[keyPath: field].value }
    guard ends.count == 2 else { return NumberText.none }
    return ends.map { Format.fixed(scale($0), decimals) }.joined(separator: " → ")
  }
}
