/// The layout of the database. What is NULL was not measured or not told; times are in seconds; counts are of all samples
/// together.
enum Schema {
  /// Raised whenever a table or a column changes its meaning; `PRAGMA user_version`.
  static let version = 1

  static let sql = """
    PRAGMA user_version = \(version);
    CREATE TABLE machines (
      machine TEXT PRIMARY KEY, architecture TEXT, cpu_model TEXT, board TEXT, usable_cores INTEGER,
      online_cores INTEGER, physical_cores INTEGER, threads_per_core INTEGER, memory_bytes REAL,
      maximum_hz REAL, hypervisor TEXT
    );
    CREATE TABLE runs (
      run INTEGER PRIMARY KEY, file TEXT NOT NULL, machine TEXT NOT NULL REFERENCES machines, suite TEXT,
      started TEXT, commit_hash TEXT, dirty INTEGER, build TEXT, tool TEXT, threads INTEGER, seed TEXT,
      protocol TEXT, validity TEXT, reasons TEXT, wall_s REAL, governor TEXT, turbo INTEGER,
      load_average REAL, kernel TEXT, operating_system TEXT
    );
    CREATE TABLE cases (
      case_row INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs, case_id TEXT NOT NULL, title TEXT,
      case_group TEXT, flops REAL, bytes REAL, tokens REAL, UNIQUE (run, case_id)
    );
    CREATE TABLE series (
      series INTEGER PRIMARY KEY, case_row INTEGER NOT NULL REFERENCES cases, backend TEXT NOT NULL,
      threads INTEGER, status TEXT NOT NULL, reason TEXT, note TEXT, iterations INTEGER,
      UNIQUE (case_row, backend)
    );
    CREATE TABLE samples (
      series INTEGER NOT NULL REFERENCES series, position INTEGER, round INTEGER, seconds REAL NOT NULL,
      PRIMARY KEY (series, position)
    ) WITHOUT ROWID;
    CREATE TABLE counts (
      series INTEGER NOT NULL REFERENCES series, event TEXT, total REAL NOT NULL, PRIMARY KEY (series, event)
    ) WITHOUT ROWID;
    CREATE TABLE figures (
      series INTEGER NOT NULL REFERENCES series, measure TEXT, unit TEXT NOT NULL, value REAL NOT NULL,
      low REAL, high REAL, confidence REAL, source TEXT, boundary TEXT, tier TEXT,
      PRIMARY KEY (series, measure)
    ) WITHOUT ROWID;
    CREATE TABLE peaks (
      run INTEGER NOT NULL REFERENCES runs, name TEXT, threads INTEGER, unit TEXT NOT NULL,
      value REAL NOT NULL, low REAL, high REAL, confidence REAL
    );
    CREATE INDEX cases_by_id ON cases (case_id);
    CREATE VIEW results AS
      SELECT machine, cpu_model, started, commit_hash, dirty, suite, validity, case_id, backend,
        series.threads AS threads, measure, unit, value, low, high, confidence, boundary, tier, file
      FROM figures JOIN series USING (series) JOIN cases USING (case_row) JOIN runs USING (run)
        JOIN machines USING (machine);
    """
}
