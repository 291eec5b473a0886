import Results

extension Page {
  mutating func claims(_ record: RunRecord) { claims(record.claims) }

  mutating func claims(_ claims: [ClaimRecord]) {
    heading("Claims")
    guard !claims.isEmpty else { return paragraph("none judged in this run") }
    paragraph(Self.tally(claims.map(\.finding.verdict)))
    paragraph("Published figures: [P] from a primary source, [S] from a secondary one; [D] derived here.")
    for claim in claims {
      blank()
      paragraph(claim.statement, label: "\(claim.id)  ")
      paragraph(claim.source, label: "said by  ", indent: 4)
      paragraph(claim.verdict, label: "verdict  ", indent: 4)
      if let basis = claim.finding.basis { paragraphs(of: basis) }
      for line in claim.finding.arithmetic { paragraph(line, label: "· ", indent: 6) }
      paragraph(claim.finding.why, label: "because  ", indent: 4)
      let sources = claim.finding.sources
      if !sources.isEmpty { paragraph(sources, label: "sources  ", indent: 4) }
    }
  }

  private mutating func paragraphs(of basis: ClaimBasis) {
    paragraph(basis.measured, label: "measured  ", indent: 4)
    paragraph(basis.formula, label: "formula  ", indent: 4)
    let today =
      switch basis.today {
      case .measured(let value): value.text
      case .missing(let reason): "\(NumberText.none) (\(reason))"
      }
    paragraph(today, label: "today  ", indent: 4)
    paragraph(basis.published, label: "published  ", indent: 4)
  }

  /// `3 claims: 2 overstated · 1 supported`, in order of first appearance.
  static func tally(_ verdicts: [String]) -> String {
    var seen: Set<String> = []
    let counts = verdicts.filter { seen.insert($0).inserted }.map { verdict in
      "\(verdicts.count { $0 == verdict }) \(verdict)"
    }
    return "\(NumberText.count(verdicts.count, "claim")): \(counts.joined(separator: " · "))"
  }
}

extension ClaimRecord {
  /// In the colour of what it means for the claim.
  var verdict: Inked {
    switch finding.verdict {
    case "supported": Inked(finding.verdict, .good)
    case "overstated": Inked(finding.verdict, .warning)
    case "contradicted", "refuted": Inked(finding.verdict, .bad)
    default: Inked(finding.verdict)
    }
  }
}

extension ClaimFinding {
  /// `17 GB/s [P]: a document; 700 W [S], 989 TFLOP/s [S]: another`: each source once, after its figures.
  var sources: String {
    var seen: Set<String> = []
    return references.map(\.source).filter { seen.insert($0).inserted }.map { source in
      let figures = references.filter { $0.source == source }.map(\.figure)
      return "\(figures.joined(separator: ", ")): \(source)"
    }.joined(separator: "; ")
  }
}
