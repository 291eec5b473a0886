import Results

/// The rows of llama-bench that a stored run holds, in llama-bench's formats.
public struct BenchReport: Sendable {
  /// How rows are printed.
  public enum Format: String, CaseIterable, Sendable { case md, json, jsonl, csv, sql }

  private let run: RunRecord

  public init(_ run: RunRecord) { self.run = run }

  /// The table, in which failures stand too, or one record for each row that was timed. llama.cpp's
  /// `compare-llama-bench.py` reads `json`, `jsonl` of two rows or more, and `sql` by way of SQLite.
  public func text(_ format: Format) -> String {
    let lines = BenchLine.all(run)
    let timed = lines.filter(\.isTimed)
    return switch format {
    case .md: BenchTable(lines, run: run).text
    case .json: "[\n" + timed.map { "  " + $0.json }.joined(separator: ",\n") + "\n]\n"
    case .jsonl: timed.map { $0.json + "\n" }.joined()
    case .csv: Self.csv(timed)
    case .sql: Self.sql(timed)
    }
  }

  private static func csv(_ lines: [BenchLine]) -> String {
    guard let first = lines.first else { return "" }
    let header = first.fields.map(\.name).joined(separator: ",")
    let rows = lines.map { line in
      line.fields.map { "\"\($0.value.plain.replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
    }
    return ([header] + rows).map { $0 + "\n" }.joined()
  }

  private static func sql(_ lines: [BenchLine]) -> String {
    guard let first = lines.first else { return "" }
    let columns = first.fields.map { "  \($0.name) \($0.value.sqlType)" }.joined(separator: ",\n")
    let names = first.fields.map(\.name).joined(separator: ", ")
    let rows = lines.map { line in
      let values = line.fields.map { "'\($0.value.plain.replacing("'", with: "''"))'" }
      return "INSERT INTO llama_bench (\(names)) VALUES (\(values.joined(separator: ", ")));\n"
    }
    return "CREATE TABLE IF NOT EXISTS llama_bench (\n\(columns)\n);\n\n" + rows.joined()
  }
}

extension BenchLine {
  /// An object in one line: llama-bench's fields, its two lists of samples, and those of our own.
  fileprivate var json: String {
    func list(_ values: [String]) -> String { "[\(values.joined(separator: ", "))]" }
    let samples = [
      "\"samples_ns\": " + list(measured.samples.map { "\(Int(($0 * 1e9).rounded()))" }),
      "\"samples_ts\": " + list(rates.map { "\($0)" }),
    ]
    func text(_ field: LlamaBenchField) -> String { "\"\(field.name)\": \(field.value.json)" }
    return "{\((fields.map(text) + samples + ownFields.map(text)).joined(separator: ", "))}"
  }
}

extension LlamaBenchField.Value {
  /// As llama-bench writes it between quotes.
  fileprivate var plain: String {
    switch self {
    case .text(let text): text.printable
    case .integer(let number): "\(number)"
    case .flag(let flag): flag ? "1" : "0"
    case .real(let number): "\(number)"
    }
  }

  fileprivate var json: String {
    switch self {
    case .text: "\"\(plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    case .flag(let flag): "\(flag)"
    case .integer, .real: plain
    }
  }

  fileprivate var sqlType: String {
    switch self {
    case .text: "TEXT"
    case .integer, .flag: "INTEGER"
    case .real: "REAL"
    }
  }
}
