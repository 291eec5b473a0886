import Quantities
import Results

extension TextReport {
  /// A line for each stored run, by folder.
  public func list(_ runs: [RunSummary]) -> String {
    draw { page in
      let folders = Dictionary(grouping: runs) {
        $0.path.split(separator: "/").dropLast().joined(separator: "/")
      }
      for (folder, runs) in folders.sorted(by: { $0.key < $1.key }) {
        page.heading("\(folder) · \(NumberText.count(runs.count, "run"))")
        page.table(ListText.table(of: runs))
        page.blank()
      }
      if runs.isEmpty { page.paragraph("No runs here; perwatt measures and stores one.") }
    }
  }
}

private enum ListText {
  static func table(of runs: [RunSummary]) -> TextTable {
    let columns: [TextTable.Column] = [
      .init("run", side: .left), .init("began", side: .left), .init("cases"), .init("validity", side: .left),
    ]
    return TextTable(
      columns,
      rows: runs.map { run in
        [
          [Inked(run.name)], [Inked(String(run.origin.started.prefix(16)))],
          [Inked("\(Set(run.figures.map(\.key.caseID)).count)")], [validity(run)],
        ]
      })
  }

  private static func validity(_ run: RunSummary) -> Inked {
    if run.origin.commit.value?.dirty == true { return Inked("uncommitted changes", .warning) }
    let reason = run.validity.reasons.first.map { ": \($0)" } ?? ""
    return Inked(
      run.validity.status.rawValue + reason, run.validity.status == .valid ? .plain : .warning)
  }
}
