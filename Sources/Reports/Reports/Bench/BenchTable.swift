import Quantities
import Results
import Statistics

/// llama-bench's Markdown table with what it lacks: an interval, the time to the first token, percentiles of the time of
/// a token, the ratio to the peer.
struct BenchTable {
  private let lines: [BenchLine]
  private let run: RunRecord
  private var notes = Footnotes()

  init(_ lines: [BenchLine], run: RunRecord) {
    (self.lines, self.run) = (lines, run)
    for line in lines { note(line) }
  }

  /// The table and what is said below it.
  var text: String {
    guard !lines.isEmpty else { return "No rows were measured.\n" }
    let columns = Self.columns.filter { column in
      column.isOptional ? lines.contains { column.tells($0) } : true
    }
    let cells = lines.map { line in columns.map { Self.escaped($0.cell(line)) } }
    let widths = columns.indices.map { i in
      max(3, ([columns[i].name] + cells.map { $0[i] }).map(\.columns).max() ?? 0)
    }
    let header = zip(columns, widths).map { $0.0.padded($0.0.name, $0.1) }
    let rule = zip(columns, widths).map { column, width in
      String(repeating: "-", count: width - 1) + (column.isLeft ? "-" : ":")
    }
    let rows = cells.map { row in columns.indices.map { columns[$0].padded(row[$0], widths[$0]) } }
    let table = ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }
    return table.joined() + "\n" + remarks.map { $0.printable + "\n" }.joined()
  }

  /// A bar would end the cell.
  private static func escaped(_ text: String) -> String { text.printable.replacing("|", with: "\\|") }

  private mutating func note(_ line: BenchLine) {
    let subject = "\(line.measured.label), \(line.row.test.name)"
    switch line.measured.outcome {
    case .timed: break
    case .failed(let reason): notes.add(reason, for: subject, .bad)
    case .missing(let reason): notes.add(reason, for: subject)
    }
  }

  private var remarks: [String] {
    var said: [String] = []
    if let rate = lines.compactMap(\.rate).first, rate.count > 1 {
      let sure = Format.fixed(rate.confidence * 100, 1)
      said.append(
        "t/s: median, in brackets its interval (\(NumberText.count(rate.count, "repetition")): \(sure) %)")
    }
    if lines.contains(where: { $0.tokenTime(50) != nil }) {
      said.append(
        "p50 … p99: time of a generated token; a percentile takes \(Percentile.beyond) samples beyond it; ≤: what it "
          + "does not exceed, at \(Format.fixed(EarlyStopping.confidence * 100, 0)) % confidence")
    }
    if let control = run.control(for: "bench") { said.append(control.text) }
    for entry in notes.entries {
      let mark = entry.ink == .bad ? "FAILED" : "–"
      said.append("\(mark)  \(entry.subjects.joined(separator: "; ")): \(entry.reason)")
    }
    let commit = run.origin.commit.value.map { "\($0.hash)\($0.dirty ? " with local changes" : "")" }
    return said + ["build: \(commit ?? "unknown") (perwatt \(run.origin.toolVersion))"]
  }

}

extension BenchTable {
  struct Column {
    let name: String
    var isLeft = false
    /// Whether it is left out where no line has anything to tell.
    var isOptional = false
    let cell: (BenchLine) -> String

    func tells(_ line: BenchLine) -> Bool { cell(line) != NumberText.none }

    func padded(_ text: String, _ width: Int) -> String {
      let space = String(repeating: " ", count: max(0, width - text.columns))
      return isLeft ? text + space : space + text
    }
  }

  private static var columns: [Column] {
    [
      Column(name: "model", isLeft: true) { $0.row.model.type },
      Column(name: "size") { size($0.row.model.size) },
      Column(name: "params") { parameters($0.row.model.parameters) },
      Column(name: "backend", isLeft: true) {
        ([$0.measured.label] + ($0.peer?.settings ?? [])).joined(separator: " ")
      },
      Column(name: "threads") { "\($0.row.configuration.threads)" },
      setting("n_batch", "2048") { "\($0.batch)" }, setting("n_ubatch", "512") { "\($0.microBatch)" },
      setting("type_k", "f16") { $0.keys }, setting("type_v", "f16") { $0.values },
      Column(name: "test") { $0.row.test.name },
      Column(name: "t/s") { rate($0) },
      Column(name: "TTFT", isOptional: true) { $0.firstToken.map { Format.si($0) } ?? NumberText.none },
    ] + BenchLine.percents.map(percentile) + [
      Column(name: "vs peer", isOptional: true) { ratio($0.overPeer) }
    ]
  }

  /// Shown where one line's differs from llama-bench's default.
  private static func setting(
    _ name: String, _ usual: String, _ value: @escaping (BenchConfiguration) -> String
  ) -> Column {
    Column(name: name, isOptional: true) { line in
      let all = (line.run.benches ?? []).map { value($0.configuration) }
      return all.allSatisfy { $0 == usual } ? NumberText.none : value(line.row.configuration)
    }
  }

  private static func percentile(_ percent: Int) -> Column {
    Column(name: "p\(percent)", isOptional: true) { line in
      switch line.tokenTime(percent) {
      case .value(let seconds):
        Format.si(Seconds(seconds))
          + (line.tokenTimeBound(percent).map { " (≤ \(Format.si(Seconds($0))))" } ?? "")
      case .needs(let more): "needs \(more) more"
      case nil: NumberText.none
      }
    }
  }

  private static func rate(_ line: BenchLine) -> String {
    guard let rate = line.rate else {
      return if case .failed = line.measured.outcome { "FAILED" } else { NumberText.none }
    }
    guard rate.count > 1 else { return Format.fixed(rate.median, 2) }
    let (low, high) = (Format.fixed(rate.low, 2), Format.fixed(rate.high, 2))
    return "\(Format.fixed(rate.median, 2)) (\(low)–\(high))"
  }

  private static func ratio(_ ratio: MedianInterval?) -> String {
    guard let ratio else { return NumberText.none }
    guard ratio.count > 1 else { return NumberText.ratio(ratio.median) }
    return "\(NumberText.ratio(ratio.median)) (\(Format.fixed(ratio.low, 2))–\(Format.fixed(ratio.high, 2)))"
  }

  private static func size(_ bytes: Bytes) -> String {
    let isSmall = bytes.value < 0x1p30
    return "\(Format.fixed(bytes.value / (isSmall ? 0x1p20 : 0x1p30), 2)) \(isSmall ? "MiB" : "GiB")"
  }

  private static func parameters(_ count: Int) -> String {
    count < 1_000_000_000
      ? "\(Format.fixed(Double(count) / 1e6, 2)) M" : "\(Format.fixed(Double(count) / 1e9, 2)) B"
  }
}
