import Results

/// Stored runs in the formats of other programs. Only what was measured is written: what is missing, or what a format
/// cannot carry, is left out and counted in `omitted`.
public struct Export: Sendable {
  /// Formats that are text.
  public enum Format: String, CaseIterable, Sendable {
    /// Bencher Metric Format (https://bencher.dev/docs/reference/bencher-metric-format/).
    case bmf
    /// `customBiggerIsBetter` and `customSmallerIsBetter` of benchmark-action/github-action-benchmark: two documents.
    case githubAction = "github-action"
    /// OpenMetrics 1.0 text.
    case openmetrics
    /// llama-bench's JSON lines.
    case llamaBench = "llama-bench"
    /// One line for each case and backend (RFC 4180).
    case csv
    /// What google/benchmark writes with `--benchmark_format=json`.
    case googleBenchmark = "google-benchmark"
    /// What hyperfine writes with `--export-json`.
    case hyperfine

    /// Its header is about one run.
    public var holdsOneRun: Bool { self == .googleBenchmark }
    /// Whether each figure says if its run is valid; else only valid runs are told.
    public var tellsValidity: Bool { self == .csv }
    /// Whether a name may come once only.
    fileprivate var needsNames: Bool { self != .csv && self != .llamaBench }
  }

  /// One file's contents.
  public struct Document: Hashable, Sendable {
    /// What sets its name apart where there are several.
    public let suffix: String?
    public let text: String
  }

  /// At least one; two for `githubAction`.
  public let documents: [Document]
  /// Entries in all documents together.
  public let count: Int
  /// What was left out and why, one line each.
  public let omitted: [String]

  /// Draws `runs` in `format`. Where several runs have a case of one name, the newest counts.
  /// - Parameter invalid: whether runs that are invalid or were interrupted count, too.
  public init(_ runs: [RunRecord], as format: Format, invalid: Bool = false) {
    var left = Omissions()
    let told = runs.filter { run in
      let isTold = invalid || format.tellsValidity || run.validity.status == .valid
      if !isTold { left.add("runs that are \(run.validity.status.rawValue); --invalid takes them, too") }
      return isTold
    }
    var series: [ExportSeries] = []
    if format != .llamaBench {
      for run in told {
        series += ExportSeries.all(run) { left.add("alternatives that were not timed") }
      }
    }
    if format.needsNames { series = series.newestOfName(&left) }
    (documents, count) = Self.write(format, series, told, &left)
    omitted = left.lines
  }

  private static func write(
    _ format: Format, _ series: [ExportSeries], _ runs: [RunRecord], _ left: inout Omissions
  ) -> ([Document], Int) {
    switch format {
    case .bmf: BMFExport.write(series, &left)
    case .githubAction: GitHubActionExport.write(series, &left)
    case .openmetrics: OpenMetricsExport.write(series, runs, &left)
    case .llamaBench: LlamaBenchExport.write(runs, &left)
    case .csv: CSVExport.write(series)
    case .googleBenchmark: GoogleBenchmarkExport.write(series, &left)
    case .hyperfine: HyperfineExport.write(series, &left)
    }
  }
}

/// What was left out, counted by its reason, in the order of first appearance.
struct Omissions {
  private var counts: [(reason: String, count: Int)] = []

  mutating func add(_ reason: String, _ count: Int = 1) {
    guard count > 0 else { return }
    if let index = counts.firstIndex(where: { $0.reason == reason }) {
      counts[index].count += count
    } else {
      counts.append((reason, count))
    }
  }

  var lines: [String] { counts.map { "\($0.count) left out: \($0.reason)" } }
}

extension [ExportSeries] {
  /// The newest of each name, where it first stood.
  fileprivate func newestOfName(_ left: inout Omissions) -> [ExportSeries] {
    var kept: [ExportSeries] = []
    var places: [String: Int] = [:]
    for series in self {
      guard let place = places[series.name] else {
        places[series.name] = kept.count
        kept.append(series)
        continue
      }
      left.add("figures of an older run with the same name")
      // Times in ISO 8601 sort as text.
      if series.run.origin.started >= kept[place].run.origin.started { kept[place] = series }
    }
    return kept
  }
}

extension ExportSeries {
  /// Why its energy must not decide about a regression; nil where it may.
  private var energyProblem: String? {
    guard let energy else { return nil }
    return energy.isProxy
      ? "joules per token without a meter (proxies)"
      : energy.problems.isEmpty ? nil : "joules per token whose measurement is invalid"
  }

  /// Figures for programs that alert: no proxies or invalid windows of energy, and no check errors, which decide for
  /// themselves.
  func gateFigures(_ left: inout Omissions) -> [ExportFigure] {
    figures.filter { figure in
      switch figure.measure {
      case .joulesPerToken:
        if let energyProblem { left.add(energyProblem) }
        return energyProblem == nil
      case .checkError: return false
      default: return true
      }
    }
  }
}
