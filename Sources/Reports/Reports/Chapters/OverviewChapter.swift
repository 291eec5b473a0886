import Judgement
import Quantities
import Results

extension ReportInput {
  /// All models on all machines in one table, and a picture where there is something to set side by side.
  func speedsSection(_ rows: [SpeedRow]) -> ReportSection? {
    guard !rows.isEmpty else { return nil }
    let caption =
      "Tokens per second of the fastest backend, and their share of what the machine's measured peaks allow."
    var blocks: [ReportBlock] = [.table(SpeedRow.table(rows, caption: caption))]
    if rows.count > 1 { blocks.insert(.plot(Self.speeds(rows)), at: 0) }
    if rows.contains(where: { $0.energy != nil }) {
      blocks.append(
        .text(
          "Joules at different boundaries (the socket, the board's input, the wall) are different figures: compare tok/J "
            + "only where boundary and tier are the same. A proxy was inferred, not metered."))
    }
    let title = machines.count > 1 ? "Machines side by side" : "Speed at a glance"
    return ReportSection("machines", title, blocks)
  }

  private static func speeds(_ rows: [SpeedRow]) -> Plot {
    let lanes = rows.map { row in
      let paces = [row.prefill, row.decode]
      let marks = paces.enumerated().compactMap { index, pace in
        pace.map { Lanes.Mark(series: index, value: $0.speed) }
      }
      let note = paces.map { $0?.text ?? NumberText.none }.joined(separator: " · ")
      return Lanes.Lane(
        label: "\(row.machine), \(row.threads)t, \(row.fullModel)", marks: marks, note: note)
    }
    let values = lanes.flatMap(\.marks).map(\.value)
    let content = Lanes(
      axis: PlotAxis("tokens per second", of: values), series: ["prefill", "decode"], lanes: lanes)
    return Plot(
      name: "speeds", title: "Tokens per second",
      summary: "Reading a prompt (prefill) and writing tokens (decode), each machine's fastest backend.",
      content: .lanes(content), data: SpeedRow.table(rows, caption: "Tokens per second."))
  }

  /// One run judged by another.
  var comparisonSection: ReportSection? {
    guard let comparison else { return nil }
    let counts = Verdict.allCases.map { "\(comparison.count($0)) \($0.rawValue)" }
    let mean = comparison.mean.map {
      "Geometric mean of the times \(Format.fixed($0.ratio, 3)) (\($0.ends)); "
    }
    let blocks: [ReportBlock] =
      [
        .text("\(comparison.candidate) against \(comparison.reference): \(comparison.basis)."),
        .text("\(mean ?? "")\(counts.joined(separator: ", "))."), .table(comparison.table),
      ]
      + (comparison.differences.isEmpty
        ? [] : [.text("What else differs:"), .texts(comparison.differences)])
    return ReportSection("compared", "Two runs compared", blocks)
  }
}

extension Comparison {
  /// Times after over times before, with verdicts.
  fileprivate var table: DataTable {
    let columns: [DataTable.Column] = [
      .words("case"), .words("backend"), .numbers("before", "s"), .numbers("after", "s"),
      .numbers("ratio", "ratio"), .words("interval"), .words("verdict"),
    ]
    func time(_ time: Seconds?) -> DataTable.Cell { time.map { .init(Format.si($0), $0.value) } ?? .none }
    return DataTable(
      "Times of the second run over those of the first: below 1 is faster.", columns,
      zip(rowNames, rows).map { name, row in
        [
          .init(name), .init(row.label), time(row.reference), time(row.candidate),
          row.interval.map { .init(Format.fixed($0.ratio, 3), $0.ratio) } ?? .none,
          row.interval.map { .init($0.ends) } ?? .none,
          .init(row.verdict.rawValue, nil, row.verdict.ink),
        ]
      })
  }
}
