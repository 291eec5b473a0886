import Results

extension ReportInput {
  /// From which files all of this was drawn, and which of them count.
  var runsSection: ReportSection {
    let columns: [DataTable.Column] = [
      .words("file"), .words("machine"), .words("began"), .words("commit"), .numbers("threads", "threads"),
      .numbers("cases", "cases"), .words("validity"),
    ]
    let rows = machines.flatMap { machine in machine.runs.map { $0.row(machine.name) } }
    var blocks: [ReportBlock] = [.table(DataTable("Stored runs, newest first.", columns, rows))]
    let notes = machines.flatMap(\.runs).flatMap { run in
      run.record.notes.map { "\(run.name): \($0)" }
    }
    if !notes.isEmpty { blocks.append(.details(Inked("Notes of the runs"), [.texts(notes)])) }
    if !problems.isEmpty { blocks.append(.list(problems.map { Inked($0, .warning) })) }
    blocks.append(.texts(Self.method))
    return ReportSection("runs", "Runs", blocks)
  }

  private static let method = [
    "A figure is the median of its samples; intervals are the median's, at 95 %, from the sign test.",
    "~ marks figures with fewer than six samples or an interval wider than ±5 %; – means not measured, never zero.",
    "perwatt show FILE prints a run's tables, perwatt export FILE its figures for other programs.",
  ]
}

extension ReportInput.Run {
  fileprivate func row(_ machine: String) -> [DataTable.Cell] {
    let origin = record.origin
    let commit = origin.commit.value.map { $0.hash + ($0.dirty ? " with local changes" : "") }
    let reason = record.validity.reasons.first.map { ": \($0)" } ?? ""
    let isValid = record.validity.status == .valid
    return [
      .init(name), .init(machine), .init(origin.started), .init(commit ?? NumberText.none),
      .init("\(record.protocolUsed.threads)", Double(record.protocolUsed.threads)),
      .init("\(record.cases.count)", Double(record.cases.count)),
      .init(record.validity.status.rawValue + reason, nil, isValid ? .plain : .warning),
    ]
  }
}
