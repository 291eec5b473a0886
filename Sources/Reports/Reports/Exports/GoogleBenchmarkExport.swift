import Machine
import Results

/// google/benchmark's JSON, version 1: each sample a repetition, so that its `compare.py` has something to test. CPU time
/// was not measured; the script skips entries without it, so the wall time stands there as well, and the context says so.
enum GoogleBenchmarkExport {
  static func write(_ series: [ExportSeries], _ left: inout Omissions) -> ([Export.Document], Int) {
    let context = series.first.map { Self.context($0.run) } ?? .object([])
    let entries = series.enumerated().flatMap { index, one in repetitions(one, family: index) }
    let text = JSONText.object([("context", context), ("benchmarks", .list(entries))]).lines(depth: 2)
    return ([.init(suffix: nil, text: text)], series.count)
  }

  private static func context(_ run: RunRecord) -> JSONText {
    let facts = run.machine
    var members: [(name: String, value: JSONText)] = [
      ("date", .text(run.origin.started)), ("host_name", .text(facts.key)), ("executable", .text("perwatt")),
      ("num_cpus", .integer(facts.onlineCores)),
    ]
    if let clock = facts.maximumFrequency.value, (1e6...1e12).contains(clock) {
      members.append(("mhz_per_cpu", .integer(Int((clock / 1e6).rounded()))))
    }
    if let governor = facts.governor.value {
      members.append(("cpu_scaling_enabled", .flag(governor != "performance")))
    }
    members.append(("caches", .list(facts.caches.map(cache))))
    if let load = facts.loadAverage.value { members.append(("load_avg", .list([.number(load)]))) }
    return .object(
      members + [
        ("library_version", .text("perwatt \(run.origin.toolVersion)")),
        ("library_build_type", .text(run.origin.buildConfiguration)), ("json_schema_version", .integer(1)),
        ("cpu_time", .text("not measured: the wall time stands in its place")),
      ])
  }

  private static func cache(_ cache: CacheFact) -> JSONText {
    let kind: String =
      switch cache.kind {
      case .data: "Data"
      case .instruction: "Instruction"
      case .unified: "Unified"
      }
    return .object([
      ("type", .text(kind)), ("level", .integer(cache.level)), ("size", .number(cache.size.value)),
      ("num_sharing", .integer(cache.sharedByCores)),
    ])
  }

  private static func repetitions(_ series: ExportSeries, family: Int) -> [JSONText] {
    let samples = series.alternative.samples
    return samples.enumerated().map { index, sample in
      let time = JSONText.number(sample * 1e9)
      var members: [(name: String, value: JSONText)] = [
        ("name", .text(series.name)), ("family_index", .integer(family)),
        ("per_family_instance_index", .integer(0)), ("run_name", .text(series.name)),
        ("run_type", .text("iteration")), ("repetitions", .integer(samples.count)),
        ("repetition_index", .integer(index)), ("threads", .integer(1)),
        ("iterations", .integer(series.alternative.iterations)), ("real_time", time), ("cpu_time", time),
        ("time_unit", .text("ns")),
      ]
      if let bytes = series.measured.work.bytes, bytes.value > 0 {
        members.append(("bytes_per_second", .number(bytes.value / sample)))
      }
      if let tokens = series.measured.work.tokens, tokens.value > 0 {
        members.append(("items_per_second", .number(tokens.value / sample)))
      }
      return .object(members)
    }
  }
}
