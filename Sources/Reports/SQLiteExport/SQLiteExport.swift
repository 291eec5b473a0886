import GRDB
import Results

/// Stored runs as a SQLite database: all of them with everything that was measured, also what is invalid or failed, which
/// its columns say. The view `results` has a line for each figure.
public enum SQLiteExport {
  /// A query to start from.
  public static let example = """
    SELECT started, commit_hash, backend, value, low, high FROM results \
    WHERE case_id LIKE 'kernel.gemm%' AND measure = 'flops-per-second' AND validity = 'valid' ORDER BY started
    """

  /// A run and the file that it was read from.
  public typealias StoredRun = (file: String, record: RunRecord)

  /// Makes a database of `runs`.
  /// - Parameter path: where there is no file yet.
  /// - Returns: the number of figures.
  /// - Throws: `SQLiteExportError`; a part of the file may be left then.
  public static func write(_ runs: [StoredRun], to path: String) throws(SQLiteExportError) -> Int {
    do {
      let queue = try DatabaseQueue(path: path)
      let count = try queue.write { database in
        try database.execute(sql: Schema.sql)
        for run in runs { try RunRows(database, run).insert() }
        return try Int.fetchOne(database, sql: "SELECT count(*) FROM figures") ?? 0
      }
      try queue.close()
      return count
    } catch let error as DatabaseError {
      throw SQLiteExportError(path: path, reason: error.message ?? "error \(error.resultCode)")
    } catch {
      throw SQLiteExportError(path: path, reason: "\(error)")
    }
  }
}

/// Why a database was not written, in one line.
public struct SQLiteExportError: Error, Hashable, CustomStringConvertible {
  public let path: String
  /// SQLite's own words.
  public let reason: String

  public var description: String { "\(path): SQLite: \(reason); choose another file, or make room" }
}
