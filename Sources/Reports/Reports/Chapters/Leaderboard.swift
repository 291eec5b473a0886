import Quantities
import Results

/// All machines and models in one table, as `results/README.md` holds it.
public struct Leaderboard: Sendable {
  private let input: ReportInput

  public init(_ input: ReportInput) { self.input = input }

  /// The table, and a line for each machine that ran beside another program; line breaks at the end.
  public var markdown: String {
    let rows = SpeedRow.all(input).filter(\.isValid)
    guard !rows.isEmpty else { return "No valid run of a whole model is stored yet.\n" }
    let peers = input.machines.compactMap { machine in
      machine.peerGain.map { MarkdownText.escaped("\(machine.name): \($0).") }
    }
    let table = MarkdownText.table(SpeedRow.leaderboard(rows))
    return ([table] + peers).joined(separator: "\n\n") + "\n"
  }
}

extension SpeedRow {
  /// With the run behind each row.
  fileprivate static func leaderboard(_ rows: [SpeedRow]) -> DataTable {
    let table = table(rows, caption: "Machines and models.")
    let files = rows.map { row in
      DataTable.Cell(row.file.split(separator: "/").last.map(String.init) ?? row.file)
    }
    return DataTable(table.caption, table.columns + [.words("run")], zip(table.rows, files).map { $0 + [$1] })
  }
}
