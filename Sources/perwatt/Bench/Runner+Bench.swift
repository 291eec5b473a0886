import Foundation
import InferenceCases
import Kernels
import Measurement
import Model
import Parallel
import Quantities
import Results

/// The rows of llama-bench: models, then configurations, then tests.
extension Runner {
  func measureBench(_ bench: BenchSettings) throws {
    let models = try openModels()
    // Loading them would disturb others.
    try begin()
    let backends = try backendsByThreads(bench)
    let peer = bench.peer.map { Peer($0, isInterrupted: { Interrupt.isRequested }) }
    recorder.update { $0.benches = [] }
    for opened in models {
      progress.begin("loading \(opened.name)")
      try refuseTooLarge(opened, Array(backends.values.joined()), context: bench.context)
      let loaded = LoadedModel(name: opened.name, provider: opened.provider)
      noteContext(opened, bench)
      for (formats, configurations) in bench.byFormats {
        let subject = try BenchSubject(
          loaded, formats: formats, context: bench.context, pool: pool, seed: settings.seed)
        for configuration in configurations {
          let sets = backends[configuration.threads] ?? []
          try measureRows(
            BenchGroup(
              opened: opened, subject: subject, configuration: configuration, sets: sets, peer: peer),
            bench)
        }
      }
    }
  }

  private func measureRows(_ group: BenchGroup, _ bench: BenchSettings) throws {
    let transformers = try group.sets.map {
      try group.subject.transformer($0, batch: group.configuration.microBatch)
    }
    for test in bench.tests { try measureRow(test, group, transformers) }
    if recorder.record.controls == nil, let test = bench.tests.last {
      try measureControl(of: test, group, transformers)
    }
  }

  /// The backend that was the fastest in the last row of the group against itself, in a short row of that kind.
  private func measureControl(of test: BenchTest, _ group: BenchGroup, _ transformers: [Transformer]) throws {
    let rows = recorder.record.cases.filter { $0.group == "bench" }
    let own = rows.last?.alternatives.filter { found in
      transformers.contains { $0.kernels.name == found.label }
    }
    guard let best = own?.best, let time = best.time?.median else { return }
    let total = rows.flatMap(\.alternatives).reduce(0) { $0 + $1.samples.reduce(0, +) }
    let short = BenchControl.test(
      of: test, total: Seconds(total), perToken: time / Double(test.tokens))
    let row = BenchRow(
      short, subject: group.subject, batch: group.configuration.batch,
      isInterrupted: { Interrupt.isRequested })
    let measured = try row.measured(
      id: group.id(short), transformers: transformers.filter { $0.kernels.name == best.label })
    guard let control = try measured.control(of: best.label) else { return }
    let found = try measure(control, group: Case.controlGroup, plan: .repetitions(BenchControl.pairs))
    let subject = CaseRecord(measured, group: "bench", results: [])
    let record = ControlRecord(found, of: subject, label: best.label)
    recorder.update { $0.controls = [record] }
  }

  private func measureRow(_ test: BenchTest, _ group: BenchGroup, _ transformers: [Transformer]) throws {
    let used = group.configuration
    let row = BenchRow(
      test, subject: group.subject, batch: used.batch, isInterrupted: { Interrupt.isRequested })
    var record = BenchRecord(
      caseID: group.id(test), started: Date().formatted(.iso8601), model: group.opened.facts, test: test,
      configuration: used)
    let label = group.peer?.label ?? "", refusal = group.peer?.refusal(of: used)
    let peer = refusal == nil ? group.opened.path.flatMap { group.peer?.run(test, used, model: $0) } : nil
    let others =
      refusal.map { [Alternative(skipped: label, reason: $0)] } ?? peer.map { [$0.alternative] }
    let measured = try row.measured(id: record.caseID, transformers: transformers, others: others ?? [])
    defer {
      record.peer = peer?.record ?? refusal.map { _ in BenchPeer(label: label, settings: []) }
      record.backends = row.times(in: recorder.record.cases.last)
      recorder.update { $0.benches?.append(record) }
    }
    try measure(measured, group: "bench")
  }

  /// Speed does not depend on what a model was trained for, but its text does.
  private func noteContext(_ opened: OpenedModel, _ bench: BenchSettings) {
    let trained = opened.provider.config.context
    guard bench.context > trained else { return }
    note(
      "\(opened.name): rows of \(bench.context) tokens are longer than its context of \(trained); their speed counts all "
        + "the same")
  }

  /// The backends once for each number of threads, each with a pool of its own.
  private func backendsByThreads(_ bench: BenchSettings) throws -> [Int: [any KernelSet]] {
    var backends: [Int: [any KernelSet]] = [:]
    for threads in bench.threads {
      let pool = threads == pool.threads ? pool : ThreadPool(threads: threads)
      let choice = try BackendChoice.make(settings, pool: pool) { try self.measure($0, group: "sweep") }
      for text in choice.notes where !recorder.record.notes.contains(text) { note(text) }
      backends[threads] = choice.sets
    }
    return backends
  }
}

/// What the rows of one configuration share.
struct BenchGroup {
  var opened: OpenedModel
  var subject: BenchSubject
  var configuration: BenchConfiguration
  var sets: [any KernelSet]
  var peer: Peer?

  /// `tg128.d4096.<model>.<format>.<KV format>.t2`, and the batches where they are not llama-bench's.
  func id(_ test: BenchTest) -> String {
    let used = configuration
    var parts = [test.id, opened.name, opened.format]
    parts.append(used.keys == used.values ? used.keys : "\(used.keys)-\(used.values)")
    parts.append("t\(used.threads)")
    if used.batch != 2048 { parts.append("b\(used.batch)") }
    if used.microBatch != min(512, used.batch) { parts.append("ub\(used.microBatch)") }
    return parts.joined(separator: ".")
  }
}

extension BenchSettings {
  /// Configurations of the same formats, which share the oracle's answers.
  var byFormats: [(KVFormats, [BenchConfiguration])] {
    let pairs = keys.flatMap { keys in values.map { KVFormats(keys: keys, values: $0) } }
    return pairs.map { pair in
      (
        pair,
        configurations.filter { $0.keys == pair.keys.rawValue && $0.values == pair.values.rawValue }
      )
    }
  }
}

extension BenchRow {
  /// The times within the samples that `measured` kept; the calls before them warmed the backends up.
  func times(in measured: CaseRecord?) -> [BenchTimes] {
    (measured?.alternatives ?? []).compactMap { alternative in
      guard alternative.isTimed, let calls = times[alternative.label] else { return nil }
      let kept = calls.suffix(alternative.samples.count)
      return BenchTimes(
        backend: alternative.label, prompts: kept.compactMap(\.prompt),
        tokens: test.generated > 0 ? kept.map(\.tokens) : [])
    }
  }
}
