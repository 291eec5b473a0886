import Foundation
import Machine
import Measurement
import Quantities
import Results

/// Other programs' results as runs of their own: the samples are kept, and what they were not put through is said.
public struct PeerImport {
  /// The folder of the machine; nil takes the CPU's name.
  public var machine: String?
  /// The model, where a file does not name it, as those of llama-batched-bench do not.
  public var model: String?
  /// Of this program.
  public var toolVersion: String

  public init(machine: String? = nil, model: String? = nil, toolVersion: String) {
    (self.machine, self.model, self.toolVersion) = (machine, model, toolVersion)
  }

  /// The runs that a file holds, one for each program, commit and CPU, in the order of their first rows.
  /// - Parameters:
  ///   - text: output of llama-bench (`-o jsonl`, `json`, `csv` or `sql`) or llama-batched-bench (`--output-format jsonl`).
  ///   - file: its name, for messages.
  /// - Throws: `ImportError`: a file is read as a whole or not at all.
  public func runs(_ text: String, file: String) throws(ImportError) -> [RunRecord] {
    let rows = try RowReader.rows(text, file: file)
    guard !rows.isEmpty else { throw ImportError(file: file, reason: "it holds no rows") }
    var runs: [ImportedRun] = []
    for row in rows {
      let kind = PeerProgram(row)
      if !runs.contains(where: { $0.program == kind }) { runs.append(ImportedRun(kind)) }
      guard let index = runs.firstIndex(where: { $0.program == kind }) else { continue }
      if BatchedBenchRow.fits(row) {
        let batched = try BatchedBenchRow(row)
        for record in try batched.records(model: model) { try runs[index].add(record, nil, row) }
        runs[index].missing.formUnion(batched.missing)
      } else {
        let bench = try LlamaBenchRow(row)
        let record = try bench.record(model: model)
        try runs[index].add(record, try bench.bench(caseID: record.id), row)
        runs[index].missing.formUnion(bench.missing)
      }
    }
    return runs.map { $0.record(self, file: file) }
  }
}

/// Which program measured, on which CPU.
struct PeerProgram: Hashable {
  let name: String
  let commit: String?
  let cpu: String?

  init(_ row: Row) {
    name = BatchedBenchRow.fits(row) ? BatchedBenchRow.program : LlamaBenchRow.program
    (commit, cpu) = (row.text("build_commit"), row.text("cpu_info"))
  }

  /// `llama-bench 0c1e570`
  var title: String { name + (commit.map { " \($0)" } ?? "") }
}

/// A run while its rows are read.
struct ImportedRun {
  let program: PeerProgram
  /// Names of fields that rows lack.
  var missing: Set<String> = []
  private var cases: [CaseRecord] = []
  private var benches: [BenchRecord] = []
  private var threads = 1
  private var started: String?
  private var pooled = 0
  /// The first row of each case and label.
  private var rows: [String: Row] = [:]

  init(_ program: PeerProgram) { self.program = program }

  /// A row that is there already gives its samples to it.
  /// - Throws: `ImportError` where rows of one name differ in something that nothing here knows.
  mutating func add(_ record: CaseRecord, _ bench: BenchRecord?, _ row: Row) throws(ImportError) {
    try note(row)
    let new = record.alternatives[0]
    try refuseDifference("\(record.id) \(new.label)", row)
    guard let place = cases.firstIndex(where: { $0.id == record.id }) else {
      cases.append(record)
      if let bench { benches.append(bench) }
      return
    }
    if let same = cases[place].alternatives.firstIndex(where: { $0.label == new.label }) {
      let old = cases[place].alternatives[same]
      cases[place].alternatives[same] = AlternativeRecord(
        told: old.label, samples: old.samples + new.samples, note: old.note)
      pooled += 1
    } else {
      cases[place].alternatives.append(new)
    }
  }

  private mutating func note(_ row: Row) throws(ImportError) {
    threads = max(threads, try row.count("n_threads", from: 1) ?? 1)
    guard let time = row.text("test_time") else { return }
    guard time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil else {
      throw row.error("test_time '\(time.prefix(40))' is no time such as 2026-11-22T01:09:58Z")
    }
    started = min(started ?? time, time)
  }

  private mutating func refuseDifference(_ name: String, _ row: Row) throws(ImportError) {
    if let first = rows[name], let field = row.difference(from: first) {
      throw row.error(
        "\(field) differs from the row of line \(first.line), which is else the same; import them as two files"
      )
    }
    rows[name] = rows[name] ?? row
  }

  func record(_ settings: PeerImport, file: String) -> RunRecord {
    let reason = "not told by \(program.name)"
    let cpu: Reading<String> = program.cpu.map { .measured($0) } ?? .missing(reason: reason)
    let key = settings.machine ?? Slug.make(program.cpu ?? "unknown-cpu")
    var origin = RunOrigin(
      toolVersion: settings.toolVersion, commit: .missing(reason: "measured by \(program.title)"),
      buildConfiguration: "unknown", suite: Slug.make(program.title))
    origin.program = program.title
    if let started { origin.started = started }
    let repetitions = cases.flatMap(\.alternatives).map(\.samples.count).max() ?? 1
    var used = RunProtocol(
      plan: .repetitions(repetitions), caseIDs: [program.title] + cases.map(\.id), threads: threads, seed: 0)
    used.order = "row after row, the repetitions of each in succession"
    var record = RunRecord(
      origin: origin,
      machine: MachineFacts(key: key, cpuModel: cpu, threads: threads, otherwise: reason), protocolUsed: used)
    (record.cases, record.benches) = (cases, benches)
    record.notes = notes(file: file)
    record.validity = Validity(
      .invalid,
      reasons: [
        "measured by \(program.title): no result was checked, nothing was interleaved, another protocol; to compare, "
          + "measure both in one rotation (perwatt model --peer)"
      ])
    return record
  }

  private func notes(file: String) -> [String] {
    var notes = [
      "Imported from \(file.split(separator: "/").last ?? ""): \(cases.count) cases of \(program.title).",
      "The machine's cores are not known; the most threads that ran stand for them.",
    ]
    if !missing.isEmpty {
      notes.append("Fields that rows lack: \(missing.sorted().joined(separator: ", ")).")
    }
    if started == nil {
      notes.append("No row says when it was measured; the time of the import stands for it.")
    }
    if pooled > 0 {
      notes.append("Rows of one configuration that came again: \(pooled); their samples are pooled.")
    }
    let bare = cases.count - benches.count
    if bare > 0 {
      notes.append("Cases without all that a row of llama-bench has, and so not in its table: \(bare).")
    }
    return notes
  }
}
