import GRDB
import Machine
import Measurement
import Reports
import Results

/// The rows of one run, in the order in which they refer to one another.
struct RunRows {
  private typealias Values = [(column: String, value: (any DatabaseValueConvertible)?)]

  private let database: Database
  private let file: String
  private let run: RunRecord

  init(_ database: Database, _ stored: SQLiteExport.StoredRun) {
    (self.database, file, run) = (database, stored.file, stored.record)
  }

  func insert() throws {
    try insert(into: "machines", machine, orReplace: true)
    let key = try insert(into: "runs", origin + state)
    for peak in run.peaks where peak.figure.value != nil {
      try insert(into: "peaks", values(of: peak, run: key))
    }
    try insertCases(run: key)
  }

  /// Inserts one row and returns its number.
  @discardableResult
  private func insert(into table: String, _ values: Values, orReplace: Bool = false) throws -> Int64 {
    let columns = values.map(\.column).joined(separator: ", ")
    let marks = values.map { _ in "?" }.joined(separator: ", ")
    let sql = "INSERT \(orReplace ? "OR REPLACE " : "")INTO \(table) (\(columns)) VALUES (\(marks))"
    try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(values.map(\.value)))
    return database.lastInsertedRowID
  }

  // MARK: Runs

  /// What stays the same from run to run.
  private var machine: Values {
    let facts = run.machine
    return [
      ("machine", facts.key), ("architecture", facts.architecture), ("cpu_model", facts.cpuModel.value),
      ("board", facts.board.value), ("usable_cores", facts.usableCores), ("online_cores", facts.onlineCores),
      ("physical_cores", facts.physicalCores.value), ("threads_per_core", facts.threadsPerCore.value),
      ("memory_bytes", facts.memoryTotal.value?.value), ("maximum_hz", facts.maximumFrequency.value),
      ("hypervisor", facts.hypervisor.value),
    ]
  }

  private var origin: Values {
    let origin = run.origin
    return [
      ("file", file), ("machine", run.machine.key), ("suite", origin.suite), ("started", origin.started),
      ("commit_hash", origin.commit.value?.hash), ("dirty", origin.commit.value?.dirty),
      ("build", origin.buildConfiguration), ("tool", origin.toolVersion),
    ]
  }

  private var state: Values {
    let (used, facts) = (run.protocolUsed, run.machine)
    // SQLite's integers end at 2⁶³.
    return [
      ("threads", used.threads), ("seed", "\(used.seed)"), ("protocol", used.hash),
      ("validity", run.validity.status.rawValue), ("reasons", run.validity.reasons.joined(separator: "\n")),
      ("wall_s", run.wallTime?.value), ("governor", facts.governor.value), ("turbo", facts.turbo.value),
      ("load_average", facts.loadAverage.value), ("kernel", facts.kernel.value),
      ("operating_system", facts.operatingSystem.value),
    ]
  }

  private func values(of peak: PeakRecord, run key: Int64) -> Values {
    guard let figure = peak.figure.value else { return [] }
    return [
      ("run", key), ("name", peak.name), ("threads", peak.threads), ("unit", peak.unit),
      ("value", figure.value), ("low", figure.low), ("high", figure.high), ("confidence", figure.confidence),
    ]
  }

  // MARK: Cases

  private func values(of measured: CaseRecord, run key: Int64) -> Values {
    let work = measured.work
    return [
      ("run", key), ("case_id", measured.id), ("title", measured.title), ("case_group", measured.group),
      ("flops", work.flops?.value), ("bytes", work.bytes?.value), ("tokens", work.tokens?.value),
    ]
  }

  private func insertCases(run key: Int64) throws {
    var cases: [String: Int64] = [:]
    func row(of measured: CaseRecord) throws -> Int64 {
      if let row = cases[measured.id] { return row }
      let row = try insert(into: "cases", values(of: measured, run: key))
      cases[measured.id] = row
      return row
    }
    var timed: Set<String> = []
    for series in ExportSeries.all(run) {
      timed.insert("\(series.measured.id)\n\(series.alternative.label)")
      try insert(series, caseRow: try row(of: series.measured))
    }
    for measured in run.cases {
      for alternative in measured.alternatives
      where timed.insert("\(measured.id)\n\(alternative.label)").inserted {
        // Controls, and what was not timed.
        try insertSamples(
          of: alternative, try insertSeries(alternative, caseRow: try row(of: measured), threads: nil))
      }
    }
  }

  private func insertSeries(_ alternative: AlternativeRecord, caseRow: Int64, threads: Int?) throws -> Int64 {
    try insert(
      into: "series",
      [
        ("case_row", caseRow), ("backend", alternative.label), ("threads", threads),
        ("status", alternative.status.rawValue), ("reason", alternative.reason), ("note", alternative.note),
        ("iterations", alternative.iterations),
      ])
  }

  private func insert(_ series: ExportSeries, caseRow: Int64) throws {
    let alternative = series.alternative
    let key = try insertSeries(alternative, caseRow: caseRow, threads: series.threads)
    try insertSamples(of: alternative, key)
    try insertFigures(of: series, key)
  }

  private func insertSamples(of alternative: AlternativeRecord, _ key: Int64) throws {
    for (position, sample) in alternative.samples.enumerated() {
      let round = alternative.rounds.indices.contains(position) ? alternative.rounds[position] : nil
      try insert(
        into: "samples", [("series", key), ("position", position), ("round", round), ("seconds", sample)])
    }
    for event in alternative.counts?.events ?? [] {
      guard let total = alternative.counts?[event].value else { continue }
      try insert(into: "counts", [("series", key), ("event", event.rawValue), ("total", total)])
    }
  }

  private func insertFigures(of series: ExportSeries, _ key: Int64) throws {
    for figure in series.figures {
      let origin = figure.measure == .joulesPerToken ? series.energy?.origin : nil
      try insert(
        into: "figures",
        [
          ("series", key), ("measure", figure.measure.rawValue), ("unit", figure.measure.unit),
          ("value", figure.value), ("low", figure.low), ("high", figure.high),
          ("confidence", figure.confidence), ("source", origin?.source), ("boundary", origin?.boundary),
          ("tier", origin?.tier),
        ])
    }
  }
}
