import Foundation
import Machine
import Measurement
import Quantities
import Results
import Statistics

/// A made-up results folder: valid runs of one machine, one a commit, whose times are a level with log-normal noise.
public struct SyntheticStore {
  /// The history of one way of doing a case.
  public struct Series {
    public var caseID: String
    public var alternative: String
    /// The usual time, in seconds.
    public var level: Double
    /// From the run of this number on, times are this many times as long.
    public var step: (run: Int, factor: Double)?

    public init(
      _ caseID: String, _ alternative: String, level: Double, step: (run: Int, factor: Double)? = nil
    ) {
      (self.caseID, self.alternative, self.level, self.step) = (caseID, alternative, level, step)
    }
  }

  public var series: [Series]
  public var samples = 24
  /// Spread of the logarithm, between runs and within a run.
  public var noise = 0.02
  public var suite = "kernels"
  public var seed: UInt64 = 1
  /// The commit of a run; nil for none.
  public var commit: (_ run: Int) -> Commit? = { Commit(hash: Self.hash($0), dirty: false) }
  /// When it began.
  public var started: (_ run: Int) -> Date = {
    Date(timeIntervalSince1970: 946_728_000 + Double($0) * 86_400)
  }
  /// Changes of a whole run.
  public var adapt: (_ run: Int, _ record: inout RunRecord) -> Void = { _, _ in }

  public init(series: [Series]) { self.series = series }

  /// A made-up commit, ten digits as in stored runs.
  public static func hash(_ run: Int) -> String {
    var generator = SeededGenerator(seed: UInt64(run))
    return String(String(generator.next() | 1 << 63, radix: 16).prefix(10))
  }

  /// `cases` kernels with `alternatives` backends each; every tenth series is slower by `factor` from mid-history on,
  /// but for 80 runs at most.
  public static func kernels(cases: Int, alternatives: Int, runs: Int, factor: Double = 1.1) -> SyntheticStore
  {
    let series = (0..<cases).flatMap { number in
      (0..<alternatives).map { alternative in
        let index = number * alternatives + alternative
        let step = index % 10 == 9 ? (run: max(runs / 2, runs - 80), factor: factor) : nil
        return Series(
          "kernel.made.f32.\(number)", "backend\(alternative)", level: 1e-5 * Double(index + 1), step: step)
      }
    }
    return SyntheticStore(series: series)
  }

  /// The machine of all runs, unless `adapt` makes it another.
  public static var machine: MachineFacts {
    var facts = MachineFacts.read(root: FileRoot("/nonexistent"), isaLevels: [.baseline])
    facts.cpuModel = .measured("Made-up CPU")
    facts.usableCores = 2
    return facts
  }

  /// A run in which nothing has been measured yet.
  public static func empty(suite: String) -> RunRecord {
    var store = SyntheticStore(series: [])
    store.suite = suite
    var record = store.head(0)
    record.validity = Validity(.interrupted, reasons: ["the run has not finished"])
    return record
  }

  /// Writes runs into `folder/<machine>/`, not caring for power cuts.
  /// - Returns: their paths.
  @discardableResult
  public func write(to folder: String, runs: Range<Int>) throws -> [String] {
    let path = "\(folder)/\(Self.machine.key)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return try runs.map { run in
      let record = head(run)
      let hash = record.origin.commit.value?.hash ?? "nocommit"
      let file = "\(path)/\(record.origin.started.prefix(10))-\(hash.prefix(10))-\(suite)-\(run + 2).json"
      try Data(text(record, run).utf8).write(to: URL(fileURLWithPath: file))
      return file
    }
  }

  private func head(_ run: Int) -> RunRecord {
    let origin = RunOrigin(
      toolVersion: "0.1.0", commit: commit(run).map { .measured($0) } ?? .missing(reason: "none"),
      buildConfiguration: "release", suite: suite, started: started(run))
    let plan = SamplingPlan(
      minimumSample: Seconds(0.01), budget: Seconds(2), maxSamples: samples, warmUp: Seconds(0.03))
    let ids = series.map(\.caseID).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
    var record = RunRecord(
      origin: origin, machine: Self.machine,
      protocolUsed: RunProtocol(plan: plan, caseIDs: ids, threads: 2, seed: 1))
    // As much as the state of a machine differs from run to run.
    record.machine.loadAverage = .measured(Double(run % 97) / 64)
    record.machine.memoryAvailable = .measured(Bytes(8e9 + Double(run) * 4096))
    record.machine.stealShare = .measured(Double(run % 31) / 1024)
    record.validity = Validity(.valid)
    adapt(run, &record)
    return record
  }

  /// As a stored run reads, without decoding what is only encoded again.
  private func text(_ record: RunRecord, _ run: Int) throws -> String {
    var generator = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(run))
    var cases: [(id: String, alternatives: [String])] = []
    for series in series {
      if cases.last?.id != series.caseID { cases.append((series.caseID, [])) }
      cases[cases.count - 1].alternatives.append(alternative(series, run, &generator))
    }
    let list = cases.map { found in
      """
      {"id": "\(found.id)", "title": "\(found.id)", "group": "kernel", "work": {"flops": 2e9},
      "alternatives": [\(found.alternatives.joined(separator: ",\n"))]}
      """
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func json(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    return """
      {"schema_version": 1, "origin": \(try json(record.origin)), "machine": \(try json(record.machine)),
      "protocol": \(try json(record.protocolUsed)), "peaks": [], "models": [], "energy": [], "claims": [], "notes": [],
      "validity": \(try json(record.validity)), "cases": [\(list.joined(separator: ",\n"))]}

      """
  }

  private func alternative(_ series: Series, _ run: Int, _ generator: inout SeededGenerator) -> String {
    var level = series.level
    if let step = series.step, run >= step.run { level *= step.factor }
    let centre = level * lognormal(&generator)
    let values = (0..<samples).map { _ in centre * lognormal(&generator) }
    let time = MedianTime(MedianInterval(of: values))
    let rounds = (0..<samples).map { "              \($0)" }.joined(separator: ",\n")
    return """
      {"label": "\(series.alternative)", "status": "timed", "check": {"missing": "made up"}, "iterations": 7,
      "samples_s": [
      \(values.map { "              \($0)" }.joined(separator: ",\n"))
      ], "rounds": [
      \(rounds)
      ], "time": {"median_s": \(time.median.value), "low_s": \(time.low.value), "high_s": \(time.high.value),
      "confidence": \(time.confidence)}}
      """
  }

  private func lognormal(_ generator: inout SeededGenerator) -> Double {
    let (u, v) = (
      Double.random(in: 1e-12..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
    )
    return exp(noise * (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
  }
}
