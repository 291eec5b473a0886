import Statistics

/// hyperfine's results, each case and backend a command. CPU times and exit codes were not measured and are left out.
enum HyperfineExport {
  static func write(_ series: [ExportSeries], _ left: inout Omissions) -> ([Export.Document], Int) {
    let text = JSONText.object([("results", .list(series.map(result)))]).lines(depth: 2)
    return ([.init(suffix: nil, text: text)], series.count)
  }

  private static func result(_ series: ExportSeries) -> JSONText {
    let samples = series.alternative.samples
    let mean = Estimate(meanOf: samples)
    var members: [(name: String, value: JSONText)] = [
      ("command", .text(series.name)), ("mean", .number(mean.value)),
    ]
    if let error = mean.error {
      members.append(("stddev", .number(error * Double(samples.count).squareRoot())))
    }
    members += [
      ("median", .number(series.time.median.value)), ("min", .number(samples.min() ?? mean.value)),
      ("max", .number(samples.max() ?? mean.value)), ("times", .list(samples.map { .number($0) })),
      ("parameters", parameters(series)),
    ]
    return .object(members)
  }

  private static func parameters(_ series: ExportSeries) -> JSONText {
    var members: [(name: String, value: JSONText)] = [
      ("case", .text(series.measured.id)), ("backend", .text(series.alternative.label)),
      ("machine", .text(series.run.machine.key)),
    ]
    if let threads = series.threads { members.append(("threads", .text("\(threads)"))) }
    return .object(members)
  }
}
