import Benchmark
import Measurement

/// Every alternative of every case under `swift package benchmark`, named as exports name it but for the machine:
/// `<case>/<backend>/t<threads>`. Each runs in a process of its own and is checked against the oracle first.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .cpuTotal, .peakMemoryResident], warmupIterations: 3,
    maxDuration: .seconds(1), maxIterations: 10_000,
    thresholds: [
      .wallClock: .init(relative: [.p25: 5, .p50: 5]), .peakMemoryResident: .init(relative: [.p50: 10]),
    ])
  for named in CaseList.all {
    for label in named.labels { register(label, of: named) }
  }
}

private func register(_ label: String, of named: NamedCase) {
  var configuration = Benchmark.defaultConfiguration
  // Of what takes nanoseconds, a thousand calls are one iteration: the clock takes as long.
  configuration.scalingFactor = named.isShort ? .kilo : .one
  Benchmark(
    "\(named.id)/\(label)/t\(named.threads)", configuration: configuration,
    closure: { (benchmark: Benchmark, alternative: Alternative) throws in
      try alternative.body(benchmark.scaledIterations.count)
    },
    setup: { () throws -> Alternative in try named.checked(label) })
}
