import Machine
import Results

/// One line for each case and backend; an empty field was not measured. Times are in seconds.
enum CSVExport {
  private enum Field {
    case text(String?)
    case number(Double?)

    var csv: String {
      switch self {
      case .text(let text): text.map { "\"\($0.replacing("\"", with: "\"\""))\"" } ?? ""
      case .number(let number):
        number.map { $0 == $0.rounded() && abs($0) < 1e15 ? "\(Int($0))" : "\($0)" } ?? ""
      }
    }
  }

  static func write(_ series: [ExportSeries]) -> ([Export.Document], Int) {
    let lines = [columns.map(\.name)] + series.map { one in columns.map { $0.field(one).csv } }
    let text = lines.map { $0.joined(separator: ",") + "\n" }.joined()
    return ([.init(suffix: nil, text: text)], series.count)
  }

  private struct Column {
    let name: String
    let field: (ExportSeries) -> Field
  }

  private static var columns: [Column] { origin + measured + rates + [samples] }

  private static var origin: [Column] {
    [
      Column(name: "machine") { .text($0.run.machine.key) },
      Column(name: "cpu_model") { .text($0.run.machine.cpuModel.value) },
      Column(name: "governor") { .text($0.run.machine.governor.value) },
      Column(name: "started") { .text($0.run.origin.started) },
      Column(name: "commit") { .text($0.run.origin.commit.value?.hash) },
      Column(name: "dirty") { .text($0.run.origin.commit.value.map { "\($0.dirty)" }) },
      Column(name: "suite") { .text($0.run.origin.suite) },
      Column(name: "protocol") { .text($0.run.protocolUsed.hash) },
      Column(name: "validity") { .text($0.run.validity.status.rawValue) },
    ]
  }

  private static var measured: [Column] {
    [
      Column(name: "case") { .text($0.measured.id) }, Column(name: "group") { .text($0.measured.group) },
      Column(name: "backend") { .text($0.alternative.label) },
      Column(name: "threads") { .number($0.threads.map(Double.init)) },
      Column(name: "iterations") { .number(Double($0.alternative.iterations)) },
      Column(name: "sample_count") { .number(Double($0.alternative.samples.count)) },
      Column(name: "median_s") { .number($0.time.median.value) },
      Column(name: "low_s") { .number($0.figure(.time)?.low) },
      Column(name: "high_s") { .number($0.figure(.time)?.high) },
      Column(name: "confidence") { .number($0.figure(.time)?.confidence) },
    ]
  }

  private static var rates: [Column] {
    func column(_ name: String, _ measure: ExportMeasure) -> Column {
      Column(name: name) { .number($0.figure(measure)?.value) }
    }
    return [
      column("tokens_per_s", .tokensPerSecond), column("flops_per_s", .flopsPerSecond),
      column("bytes_per_s", .bytesPerSecond), column("first_token_s", .firstToken),
      column("token_p50_s", .tokenP50), column("token_p90_s", .tokenP90), column("token_p99_s", .tokenP99),
      column("check_error", .checkError), column("j_per_token", .joulesPerToken),
      Column(name: "energy_boundary") { .text($0.energy?.origin.boundary) },
      Column(name: "energy_tier") { .text($0.energy?.origin.tier) },
      Column(name: "energy_source") { .text($0.energy?.origin.source) },
    ]
  }

  /// All of them, by spaces, because their number differs.
  private static var samples: Column {
    Column(name: "samples_s") { .text($0.alternative.samples.map { "\($0)" }.joined(separator: " ")) }
  }
}

extension ExportSeries {
  func figure(_ measure: ExportMeasure) -> ExportFigure? { figures.first { $0.measure == measure } }
}
