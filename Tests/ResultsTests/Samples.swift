import Foundation
import Machine
import Measurement
import Quantities

@testable import Results

/// A folder that is deleted with its owner.
final class TemporaryFolder {
  let path: String
  init() {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("results-\(UUID())").path
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  var names: [String] {
    (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
  }
}

/// A record of `machine` with nothing measured yet, started on 21 November 2026.
func emptyRecord(machine: String = "test-box", suite: String = "kernels") -> RunRecord {
  let origin = RunOrigin(
    toolVersion: "1.0", commit: .measured(Commit(hash: "3aa7dc8", dirty: true)), buildConfiguration: "debug",
    suite: suite, started: Date(timeIntervalSince1970: 1_795_285_800))
  let used = RunProtocol(plan: .short, caseIDs: ["a.b"], threads: 4, seed: .max, flags: ["-t": "4"])
  var facts = MachineFacts.read(root: FileRoot("/nonexistent"), isaLevels: [.baseline])
  facts.board = .measured(machine)
  facts.usableCores = 4
  return RunRecord(origin: origin, machine: facts, protocolUsed: used)
}

/// A record in which every field is filled, the awkward way where there is one.
func fullRecord() throws -> RunRecord {
  var record = emptyRecord()
  record.cases = [try caseRecord()]
  record.protocolUsed.cpus = [0, 2, 1, 3]
  let figure = Figure(value: 1e11, low: 9e10, high: 1.1e11, confidence: 0.97)
  record.peaks = [
    PeakRecord(name: "fma", threads: 4, unit: "FLOP/s", figure: .measured(figure)),
    PeakRecord(name: "read", threads: 4, unit: "B/s", figure: .missing(reason: "interrupted")),
  ]
  record.models = [modelRecord()]
  record.energy = energyRecords()
  record.meters = [
    MeterRecord(
      name: "ina",
      origin: .measured(EnergyOrigin(source: "INA226 (5V_IN)", boundary: "board-input", tier: "measured")),
      isAbsent: false),
    MeterRecord(name: "battery", origin: .missing(reason: "no battery"), isAbsent: true),
  ]
  let finding = ClaimFinding(
    verdict: "refuted", arithmetic: ["1 + 1 = 2"], why: "it is \"2\"\nand not 3",
    references: [ClaimReference(figure: "2 [P]", source: "Principia Mathematica, *54.43")])
  record.claims = [ClaimRecord(id: "c1", statement: "1 + 1 = 3", source: "a/b", finding: finding)]
  record.wallTime = Seconds(83.5)
  record.notes = ["governor is ondemand"]
  record.validity = Validity(.invalid, reasons: ["throttled"])
  return record
}

private func modelRecord() -> ModelRecord {
  let roofline = RooflineRecord(
    flopsPerToken: FLOPs(2e9), bytesPerToken: Bytes(1e9), ceiling: TokensPerSecond(20), boundBy: .memory,
    share: .measured(0.8))
  let phases = [
    PhaseRecord(phase: .decode, caseID: "decode.tiny", roofline: .measured(roofline)),
    PhaseRecord(phase: .prefill, caseID: "prefill.tiny", roofline: .missing(reason: "no peak")),
  ]
  return ModelRecord(
    name: "tiny", source: .synthetic, config: ["width": "64"], weights: Bytes(1_000_000),
    backends: [BackendRecord(backend: "simd", phases: phases)])
}

private func energyRecords() -> [EnergyRecord] {
  let range = JoulesPerTokenRange(
    low: JoulesPerToken(0.1), central: JoulesPerToken(0.2), high: JoulesPerToken(0.3))
  var figure = EnergyFigure(
    origin: EnergyOrigin(source: "tdp", boundary: "socket", tier: "proxy"), perToken: range,
    window: Seconds(2), tokens: Tokens(40), assumptions: ["TDP is 65 W"])
  (figure.notes, figure.memoryPerToken) = (["no package zone"], .measured(JoulesPerToken(0.05)))
  var metered = EnergyRecord(
    model: "tiny", backend: "avx2", phase: .decode, energy: .measured(meteredFigure()))
  metered.countedWork = CountedWorkRecord(
    origin: EnergyOrigin(source: "counted work", boundary: "arithmetic and DRAM", tier: "proxy"),
    perToken: range, assumption: "1 pJ for everything")
  return [
    EnergyRecord(model: "tiny", backend: "simd", phase: .decode, energy: .measured(figure)),
    EnergyRecord(model: "tiny", backend: "simd", phase: .prefill, energy: .missing(reason: "no meter")),
    metered,
  ]
}

/// One timed alternative, one with a NaN for its error, one that throws in its check, one that breaks.
func caseRecord() throws -> CaseRecord {
  var now = 0.0
  func work(_ label: String, error: Double, fails: Bool = false) -> Alternative {
    Alternative(
      label, check: { CheckResult(metric: "nmse", error: error, tolerance: 1e-7, detail: "row 3") },
      body: {
        now += 0.001 * Double($0)
        if fails, now > 0.12 { throw CocoaError(.featureUnsupported) }
      })
  }
  let throwing = Alternative("absent", check: { throw CocoaError(.fileNoSuchFile) }, body: { _ in })
  let measured = try Case(
    id: "kernel.test", title: "Test", work: Work(flops: FLOPs(8e6), bytes: Bytes(1.5e6)),
    alternatives: [
      work("good", error: 1e-9), work("nan", error: .nan), throwing, work("breaks", error: 0, fails: true),
    ])
  let sampler = Sampler(clock: Clock(now: { Seconds(now) }, sleep: { _ in }))
  return CaseRecord(measured, group: "GEMM", results: try sampler.run(measured, plan: .short))
}

/// A short plan, and one that differs from it in every number.
extension SamplingPlan {
  static let short = SamplingPlan(
    minimumSample: Seconds(0.005), budget: Seconds(1), maxSamples: 12, warmUp: Seconds(0.01))
  static let long = SamplingPlan(
    minimumSample: Seconds(0.02), budget: Seconds(6), maxSamples: 36, warmUp: Seconds(0.05))
}
