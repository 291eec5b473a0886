import Machine
import Measurement
import Quantities
import Results

/// OpenMetrics text 1.0: a family for each measure, the runs in an info metric. Totals are counters, so that others can
/// make their own rates.
enum OpenMetricsExport {
  static func write(_ series: [ExportSeries], _ runs: [RunRecord], _ left: inout Omissions)
    -> ([Export.Document], Int)
  {
    let families = [runFamily(series)] + figureFamilies(series) + totalFamilies(series)
    let text = families.filter { !$0.samples.isEmpty }.map(\.text).joined() + "# EOF\n"
    return ([.init(suffix: nil, text: text)], series.count)
  }

  // MARK: Runs

  /// Labels of a metric that is always 1: what is the same for all figures of a run. Only runs that still have a figure.
  private static func runFamily(_ series: [ExportSeries]) -> MetricFamily {
    var family = MetricFamily(
      "perwatt_run", .info, nil, "A stored run and the machine that it was measured on.")
    var seen: Set<[String]> = []
    for one in series {
      let (origin, facts) = (one.run.origin, one.run.machine)
      let known: [(String, String?)] = [
        ("machine", facts.key), ("suite", origin.suite), ("started", origin.started),
        ("commit", origin.commit.value?.hash), ("validity", one.run.validity.status.rawValue),
        ("arch", facts.architecture), ("cpu_model", facts.cpuModel.value), ("governor", facts.governor.value),
        ("kernel", facts.kernel.value), ("protocol", one.run.protocolUsed.hash),
      ]
      let labels = known.compactMap { name, value in value.map { (name, $0) } }
      if seen.insert(labels.map { "\($0)=\($1)" }).inserted { family.add("_info", labels, 1) }
    }
    return family
  }

  // MARK: Figures

  private static let figures: [(ExportMeasure, name: String, unit: String, help: String)] = [
    (
      .time, "perwatt_iteration_seconds", "seconds", "Time of one iteration of the case: median and interval."
    ),
    (
      .tokensPerSecond, "perwatt_throughput_tokens_per_second", "tokens_per_second",
      "Tokens per second, from the median time."
    ),
    (
      .flopsPerSecond, "perwatt_throughput_flops_per_second", "flops_per_second",
      "Floating-point operations per second, from the median time; a multiply-add is two."
    ),
    (
      .bytesPerSecond, "perwatt_throughput_bytes_per_second", "bytes_per_second",
      "Bytes that must be moved at least, per second, from the median time."
    ),
    (
      .joulesPerToken, "perwatt_energy_joules_per_token", "joules_per_token",
      "Gross energy of a token: low, central and high; boundary and tier are labels."
    ),
    (
      .firstToken, "perwatt_first_token_seconds", "seconds",
      "Median time to the logits of the prompt's last token."
    ),
    (
      .checkError, "perwatt_check_error_ratio", "ratio",
      "Largest deviation from the oracle over its tolerance; above 1 is wrong."
    ),
  ]

  private static func figureFamilies(_ series: [ExportSeries]) -> [MetricFamily] {
    figures.map { measure, name, unit, help in
      var family = MetricFamily(name, .gauge, unit, help)
      for one in series {
        guard let figure = one.figure(measure) else { continue }
        let labels = one.labels + (measure == .joulesPerToken ? one.energyLabels : [])
        for (stat, value) in [("median", figure.value), ("low", figure.low), ("high", figure.high)] {
          guard let value else { continue }
          let isPlain = figure.low == nil && stat == "median" && measure != .time && !measure.isRate
          family.add("", labels + (isPlain ? [] : [("stat", Self.stat(stat, measure))]), value)
        }
      }
      return family
    } + [tokenFamily(series)]
  }

  private static func stat(_ name: String, _ measure: ExportMeasure) -> String {
    measure == .joulesPerToken && name == "median" ? "central" : name
  }

  /// A summary with the quantiles that enough samples stand behind.
  private static func tokenFamily(_ series: [ExportSeries]) -> MetricFamily {
    var family = MetricFamily("perwatt_token_seconds", .summary, "seconds", "Time of each generated token.")
    for one in series {
      let times = one.line?.tokenTimes ?? []
      guard !times.isEmpty else { continue }
      for (measure, quantile) in [(ExportMeasure.tokenP50, "0.5"), (.tokenP90, "0.9"), (.tokenP99, "0.99")] {
        if let value = one.figure(measure)?.value {
          family.add("", one.labels + [("quantile", quantile)], value)
        }
      }
      family.add("_count", one.labels, Double(times.count))
      family.add("_sum", one.labels, times.reduce(0, +))
    }
    return family
  }

  // MARK: Totals

  private static func totalFamilies(_ series: [ExportSeries]) -> [MetricFamily] {
    var samples = MetricFamily("perwatt_samples", .counter, nil, "Samples behind the figures of a case.")
    var seconds = MetricFamily(
      "perwatt_sampled_seconds", .counter, "seconds", "Time in all samples together.")
    var tokens = MetricFamily(
      "perwatt_tokens", .counter, nil, "Tokens read or produced in all samples together.")
    var joules = MetricFamily(
      "perwatt_energy_joules", .counter, "joules", "Gross energy over its own window.")
    for one in series {
      let iterations = Double(one.alternative.iterations)
      let count = Double(one.alternative.samples.count)
      samples.add("_total", one.labels, count)
      seconds.add("_total", one.labels, one.alternative.samples.reduce(0, +) * iterations)
      if let amount = one.measured.work.tokens {
        tokens.add("_total", one.labels, amount.value * iterations * count)
      }
      if let energy = one.energy {
        joules.add(
          "_total", one.labels + one.energyLabels, energy.perToken.central.value * energy.tokens.value)
      }
    }
    return [samples, seconds, tokens, joules]
  }
}

extension ExportSeries {
  fileprivate var labels: [(String, String)] {
    let own = [("case", measured.id), ("backend", alternative.label)]
    return own + (threads.map { [("threads", "\($0)")] } ?? []) + [("machine", run.machine.key)]
  }

  fileprivate var energyLabels: [(String, String)] {
    guard let origin = energy?.origin else { return [] }
    return [("source", origin.source), ("boundary", origin.boundary), ("tier", origin.tier)]
  }
}

/// A family with its samples, as the format wants it: TYPE, UNIT, HELP, then all samples, no blank line.
struct MetricFamily {
  enum Kind: String { case gauge, counter, summary, info }

  private let name: String
  private let kind: Kind
  private let unit: String?
  private let help: String
  private(set) var samples: [String] = []

  init(_ name: String, _ kind: Kind, _ unit: String?, _ help: String) {
    (self.name, self.kind, self.unit, self.help) = (name, kind, unit, help)
  }

  mutating func add(_ suffix: String, _ labels: [(String, String)], _ value: Double) {
    guard value.isFinite else { return }
    let set = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    let isWhole = value == value.rounded() && abs(value) < 1e15
    samples.append("\(name)\(suffix){\(set)} \(isWhole ? "\(Int(value))" : "\(value)")\n")
  }

  var text: String {
    let unitLine = unit.map { "# UNIT \(name) \($0)\n" } ?? ""
    return "# TYPE \(name) \(kind.rawValue)\n\(unitLine)# HELP \(name) \(help)\n" + samples.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
