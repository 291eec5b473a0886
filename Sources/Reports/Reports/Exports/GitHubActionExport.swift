import Quantities

/// github-action-benchmark's own format, once for figures that should grow and once for those that should shrink. Units
/// never change, because the action compares numbers only.
enum GitHubActionExport {
  static func write(_ series: [ExportSeries], _ left: inout Omissions) -> ([Export.Document], Int) {
    var bigger: [JSONText] = [], smaller: [JSONText] = []
    for one in series {
      if let rate = one.rate { bigger.append(entry(one, rate)) }
      smaller += one.gateFigures(&left).filter { !$0.measure.isRate }.map { entry(one, $0) }
    }
    let documents = [("bigger", bigger), ("smaller", smaller)].map { suffix, entries in
      Export.Document(suffix: suffix, text: JSONText.list(entries).lines(depth: 1))
    }
    return (documents, bigger.count + smaller.count)
  }

  private static func entry(_ series: ExportSeries, _ figure: ExportFigure) -> JSONText {
    let (unit, scale) = Self.unit(of: figure.measure)
    var members: [(name: String, value: JSONText)] = [
      ("name", .text("\(series.name) \(figure.measure.rawValue)")), ("unit", .text(unit)),
      ("value", .number(figure.value * scale)),
    ]
    if let low = figure.low, let high = figure.high {
      members.append(("range", .text("± \(Format.fixed((high - low) / 2 * scale, 6))")))
    }
    return .object(members + [("extra", .text(extra(series, figure)))])
  }

  private static func unit(of measure: ExportMeasure) -> (String, Double) {
    if measure.isTime { return ("ns", 1e9) }
    switch measure {
    case .tokensPerSecond: return ("tokens/s", 1)
    case .flopsPerSecond: return ("GFLOP/s", 1e-9)
    case .bytesPerSecond: return ("GB/s", 1e-9)
    default: return ("J/token", 1)
    }
  }

  /// Shown when somebody points at the dot.
  private static func extra(_ series: ExportSeries, _ figure: ExportFigure) -> String {
    let run = series.run
    var lines: [String] = []
    if let cpu = run.machine.cpuModel.value { lines.append("cpu: \(cpu)") }
    if let commit = run.origin.commit.value {
      lines.append("commit: \(commit.hash)\(commit.dirty ? " with local changes" : "")")
    }
    lines.append("samples: \(series.alternative.samples.count)")
    if figure.measure == .joulesPerToken, let origin = series.energy?.origin {
      lines.append("energy: \(origin.source), \(origin.boundary), \(origin.tier)")
    }
    return lines.joined(separator: "\n")
  }
}
