import ArgumentParser
import Foundation
import Reports
import Results
import SQLiteExport

/// `perwatt export`: stored runs in the formats of other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write stored runs in the formats of other programs.",
    discussion: """
      Figures are named <case>/<backend>/t<threads>/<machine>. Only what was measured is written; what a format cannot \
      carry is left out and counted on standard error. Runs that are not valid are left out, except from csv and sqlite, \
      which say so in a column.

      bmf               Bencher: bencher run --adapter json --file FILE
      github-action     github-action-benchmark: FILE.bigger.json for customBiggerIsBetter and FILE.smaller.json
      openmetrics       Prometheus, as for the textfile collector
      llama-bench       rows for llama.cpp's compare-llama-bench.py -t llama-bench -i FILE -b COMMIT -c COMMIT
      csv               one line for each case and backend
      sqlite            tables, and a view for queries such as
                        sqlite3 FILE "\(SQLiteExport.example)"
      google-benchmark  google/benchmark's compare.py benchmarks FILE FILE
      hyperfine         hyperfine's scripts

      Example: perwatt export results/amd-epyc-2c/*-run.json --format sqlite -o runs.sqlite
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case bmf, openmetrics, csv, sqlite, hyperfine
    case githubAction = "github-action"
    case llamaBench = "llama-bench"
    case googleBenchmark = "google-benchmark"

    /// Nil for the one that is no text.
    var text: Export.Format? { Export.Format(rawValue: rawValue) }
    /// Whether standard output will not do.
    var needsFile: Bool { self == .sqlite || self == .githubAction }
  }

  @Argument(help: "Files of runs under results/.")
  var runs: [String]

  @Option(help: "The format.")
  var format: Format

  @Option(name: [.customShort("o"), .long], help: "The file to write (default: standard output).")
  var output: String?

  @Flag(help: "Runs that are invalid or were interrupted, too.")
  var invalid = false

  @Flag(help: "Replace a file that is there.")
  var force = false

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("-o is empty: name the file to write") }
    if output == nil, format.needsFile {
      throw ValidationError("--format \(format.rawValue) makes files: name one with -o FILE")
    }
    if format.text?.holdsOneRun == true, runs.count > 1 {
      throw ValidationError(
        "--format \(format.rawValue) describes one machine and run, not \(runs.count): export each into its own file"
      )
    }
  }

  func run() throws {
    let records = try runs.map { try ResultsStore.load($0) }
    if let text = format.text {
      try write(Export(records, as: text, invalid: invalid))
    } else if let output {
      let stored = zip(runs, records).map { (file: $0, record: $1) }
      let count = try ExportFile(output, mayReplace: force).write { try SQLiteExport.write(stored, to: $0) }
      Console.note("\(output): \(count) figures of \(records.count) runs")
    }
  }

  private func write(_ export: Export) throws {
    for line in export.omitted { Console.note("note: \(line)") }
    guard export.count > 0 else {
      Console.note("error: nothing to export as \(format.rawValue) in \(runs.joined(separator: ", "))")
      throw ExitCode(3)
    }
    guard let output else { return try Console.print(export.documents[0].text) }
    let files = try export.documents.map { document in
      (try ExportFile(Self.name(output, document.suffix), mayReplace: force), Data(document.text.utf8))
    }
    for (file, data) in files {
      try file.write { try data.write(to: URL(filePath: $0)) }
      Console.note("\(file.path) written")
    }
  }

  /// `bench.json` with the suffix `bigger` is `bench.bigger.json`.
  static func name(_ file: String, _ suffix: String?) -> String {
    guard let suffix else { return file }
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    guard let last = parts.last, let dot = last.lastIndex(of: "."), dot > last.startIndex else {
      return "\(file).\(suffix).json"
    }
    return file.dropLast(last.count) + "\(last[..<dot]).\(suffix)\(last[dot...])"
  }
}

/// A file that is written beside its name and then renamed: whole or absent.
struct ExportFile {
  let path: String

  /// - Throws: `Failure` where something is in the way.
  init(_ path: String, mayReplace: Bool) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      if isFolder.boolValue { throw Failure("\(path): a folder; name a file with -o") }
      if !mayReplace { throw Failure("\(path): there is a file already; name another or add --force") }
    }
    self.path = path
  }

  /// Calls `body` with the name to write to.
  func write<Value>(_ body: (String) throws -> Value) throws -> Value {
    let temporary = "\(path).\(getpid()).tmp"
    do {
      let value = try body(temporary)
      guard rename(temporary, path) == 0 else { throw Failure(String(cString: strerror(errno))) }
      return value
    } catch {
      unlink(temporary)
      if error is Failure || error is SQLiteExportError {
        throw Failure("\(path): cannot be written: \(reason(error))")
      }
      throw Failure("\(path): cannot be written; check its folder and the space there")
    }
  }

  private func reason(_ error: any Error) -> String {
    (error as? SQLiteExportError)?.reason ?? "\(error)"
  }
}
