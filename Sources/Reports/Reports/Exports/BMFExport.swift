/// Bencher Metric Format: benchmark → measure → value with bounds. Times are in nanoseconds, as its measure `latency` is.
enum BMFExport {
  /// Bencher's limit for a benchmark's name, in bytes.
  static let longestName = 1024

  static func write(_ series: [ExportSeries], _ left: inout Omissions) -> ([Export.Document], Int) {
    var members: [(name: String, value: JSONText)] = []
    for one in series {
      guard one.name.utf8.count <= longestName else {
        left.add("cases with a name of more than \(longestName) bytes")
        continue
      }
      members.append((one.name, .object(one.gateFigures(&left).map { ($0.measure.rawValue, metric($0)) })))
    }
    return ([.init(suffix: nil, text: JSONText.object(members).lines(depth: 2))], members.count)
  }

  private static func metric(_ figure: ExportFigure) -> JSONText {
    let scale = figure.measure.isTime ? 1e9 : 1
    let values = [("value", figure.value), ("lower_value", figure.low), ("upper_value", figure.high)]
    return .object(values.compactMap { name, value in value.map { (name, .number($0 * scale)) } })
  }
}
