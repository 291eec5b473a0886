import Results

extension ReportInput.Machine {
  /// Of the valid run that judged most.
  var claims: [ClaimRecord] { claimsRun?.record.claims ?? [] }

  fileprivate var claimsRun: ReportInput.Run? {
    // A run of the suite `claims` judges all of them, others only what they measured for.
    run(withMost: { $0.claims.count })
  }
}

extension ReportInput {
  /// What press and papers say, and what the runs say about it.
  var claimsSection: ReportSection? {
    let judged = machines.compactMap { machine in machine.claimsRun.map { (machine, $0) } }
    let blocks = judged.flatMap { machine, run -> [ReportBlock] in
      let claims = run.record.claims
      let title: [ReportBlock] = machines.count > 1 ? [.heading(machine.name)] : []
      return title + [.text("\(Page.tally(claims.map(\.finding.verdict)))."), .table(Self.table(claims))]
        + claims.map(\.block) + [run.source]
    }
    guard !blocks.isEmpty else { return nil }
    let words = "Published figures: [P] from a primary source, [S] from a secondary one; [D] derived here."
    return ReportSection("claims", "Published claims", [.text(words)] + blocks)
  }

  private static func table(_ claims: [ClaimRecord]) -> DataTable {
    let hasBasis = claims.contains { $0.finding.basis != nil }
    let columns: [DataTable.Column] =
      [.words("claim"), .words("statement"), .words("verdict")]
      + (hasBasis ? [.words("here"), .words("published")] : [])
    let rows = claims.map { claim -> [DataTable.Cell] in
      let basis = claim.finding.basis
      let head: [DataTable.Cell] = [
        .init(claim.id), .init(claim.statement), .init(claim.verdict.text, nil, claim.verdict.ink),
      ]
      guard hasBasis else { return head }
      return head + [
        .init(basis?.today.value?.text ?? NumberText.none), .init(basis?.published ?? NumberText.none),
      ]
    }
    return DataTable("What was said, and what is left of it.", columns, rows)
  }
}

extension ClaimRecord {
  /// The verdict in a line, and how it came about.
  fileprivate var block: ReportBlock {
    var lines = ["Said by \(source)."]
    if let basis = finding.basis {
      let today =
        switch basis.today {
        case .measured(let value): value.text
        case .missing(let reason): "\(NumberText.none) (\(reason))"
        }
      lines += [
        "Measured: \(basis.measured)", "Formula: \(basis.formula)", "Here: \(today)",
        "Published: \(basis.published)",
      ]
    }
    lines += finding.arithmetic
    if !finding.sources.isEmpty { lines.append("Sources: \(finding.sources)") }
    return .details(Inked("\(id) · \(verdict.text) · \(statement)"), [.text(finding.why), .texts(lines)])
  }
}
