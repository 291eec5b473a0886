import Results

extension Page {
  mutating func claims(_ record: RunRecord) {
    heading("Claims")
    guard !record.claims.isEmpty else { return paragraph("none judged in this run") }
    paragraph(Self.tally(record.claims.map(\.finding.verdict)))
    paragraph("Published figures: [P] from a primary source, [S] from a secondary one; [D] derived here.")
    for claim in record.claims {
      blank()
      paragraph(claim.statement, label: "\(claim.id)  ")
      paragraph(claim.source, label: "said by  ", indent: 4)
      paragraph(claim.verdict, label: "verdict  ", indent: 4)
      for line in claim.finding.arithmetic { paragraph(line, label: "· ", indent: 6) }
      paragraph(claim.finding.why, label: "because  ", indent: 4)
      let sources = claim.finding.sources
      if !sources.isEmpty { paragraph(sources, label: "sources  ", indent: 4) }
    }
  }

  /// `3 claims: 2 overstated · 1 supported`, in order of first appearance.
  private static func tally(_ verdicts: [String]) -> String {
    var seen: Set<String> = []
    let counts = verdicts.filter { seen.insert($0).inserted }.map { verdict in
      "\(verdicts.count { $0 == verdict }) \(verdict)"
    }
    return "\(NumberText.count(verdicts.count, "claim")): \(counts.joined(separator: " · "))"
  }
}

extension ClaimRecord {
  /// In the colour of what it means for the claim.
  fileprivate var verdict: Inked {
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
  fileprivate var sources: String {
    var seen: Set<String> = []
    return references.map(\.source).filter { seen.insert($0).inserted }.map { source in
      let figures = references.filter { $0.source == source }.map(\.figure)
      return "\(figures.joined(separator: ", ")): \(source)"
    }.joined(separator: "; ")
  }
}
