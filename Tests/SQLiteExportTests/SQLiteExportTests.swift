import Foundation
import GRDB
import Results
import SQLiteExport
import Testing

/// Stored runs of this repository in a database, which other readers of SQLite then query.
@Suite struct SQLiteExportTests {
  private static let results = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "results")

  private let folder: URL
  private var path: String { folder.appending(path: "runs.sqlite").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "sqlite-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func stored(_ suffix: String) throws -> [SQLiteExport.StoredRun] {
    try ResultsStore(folder: Self.results.path).list().filter { $0.hasSuffix(suffix) }.map {
      (URL(filePath: $0).lastPathComponent, try ResultsStore.load($0))
    }
  }

  private func query<Value: DatabaseValueConvertible>(_ sql: String) throws -> [Value] {
    try DatabaseQueue(path: path).read { try Value.fetchAll($0, sql: sql) }
  }

  @Test func everySampleArrivesAndEveryFigureIsTheirMedian() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let runs = try stored("-run.json")
    let run = try #require(runs.last?.record)
    let count = try SQLiteExport.write([runs[runs.count - 1]], to: path)
    #expect(try query("SELECT count(*) FROM results") == [count])
    let timed = run.cases.flatMap(\.alternatives).filter(\.isTimed)
    #expect(try query("SELECT count(*) FROM samples") == [timed.reduce(0) { $0 + $1.samples.count }])
    #expect(
      try query("SELECT total(seconds) FROM samples").map { (sum: Double) in sum.rounded() }
        == [timed.flatMap(\.samples).reduce(0, +).rounded()])
    for model in run.cases where model.group == "model" {
      for alternative in model.alternatives where alternative.isTimed {
        let name = "case_id = '\(model.id)' AND backend = '\(alternative.label)'"
        let medians: [Double] = try query("SELECT value FROM results WHERE \(name) AND measure = 'latency'")
        #expect(medians == [try #require(alternative.time?.median.value)])
      }
    }
    // Where energy comes from stands beside it.
    let tiers: [String?] = try query("SELECT tier FROM results WHERE measure = 'joules-per-token'")
    #expect(!tiers.isEmpty && !tiers.contains(nil))
    // What was not timed says why.
    #expect(try query("SELECT count(*) FROM series WHERE status = 'skipped' AND reason IS NULL") == [0])
    #expect(try query("PRAGMA integrity_check") == ["ok"])
    #expect(try query("SELECT count(*) FROM pragma_foreign_key_check") == [0])
  }

  @Test func theExampleOfTheHelpFindsRows() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try SQLiteExport.write(try stored("-run.json"), to: path)
    let rows: [String] = try query(SQLiteExport.example)
    #expect(!rows.isEmpty && rows == rows.sorted())
  }

  @Test func whatIsMissingIsNullAndNothingIsZero() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try SQLiteExport.write(try stored("-bench.json"), to: path)
    #expect(try query("SELECT count(*) FROM runs WHERE governor IS NOT NULL") == [0])
    #expect(try query("SELECT count(*) FROM figures WHERE value = 0") == [0])
    #expect(try query("SELECT count(*) FROM results WHERE measure = 'joules-per-token'") == [0])
    // Rows of llama-bench have threads of their own.
    #expect(try query("SELECT DISTINCT threads FROM results ORDER BY threads") == [1, 2])
  }

  @Test func aFolderThatIsNotThereIsOneLine() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = #expect(throws: SQLiteExportError.self) {
      try SQLiteExport.write([], to: "/nowhere/runs.sqlite")
    }
    #expect(error?.description.hasPrefix("/nowhere/runs.sqlite: SQLite: ") == true)
  }
}
