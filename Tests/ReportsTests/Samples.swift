import Foundation
import Quantities
import Results

@testable import Machine
@testable import Measurement

/// A run with everything in it: a failed check, a library that is not there, a peak that was not measured.
func sampleRecord() throws -> RunRecord {
  let origin = RunOrigin(
    toolVersion: "1.0", commit: .measured(Commit(hash: "3aa7dc8", dirty: true)),
    buildConfiguration: "release", suite: "all", started: Date(timeIntervalSince1970: 1_795_285_800))
  let cases = try kernelCases() + [coreTypeSweep(), forkJoin()] + formatCases() + modelCases()
  let used = RunProtocol(
    plan: .long, caseIDs: cases.map(\.id), threads: 2, seed: 42, flags: ["--pin": "true", "-t": "2"],
    cpus: [0, 2])
  var record = RunRecord(origin: origin, machine: sampleMachine(), protocolUsed: used)
  record.cases = cases
  record.peaks = samplePeaks()
  record.models = [sampleModel()]
  record.energy = sampleEnergy()
  record.claims = sampleClaims()
  record.wallTime = Seconds(83.5)
  record.notes = [
    "OpenBLAS 0.3.21 chose Haswell kernels, although this CPU has AVX-512: set OPENBLAS_CORETYPE=SkylakeX to "
      + "see what it can do."
  ]
  record.validity = Validity(.invalid, reasons: ["kernel.softmax.f32.64x4096: simd:avx2 failed its check"])
  return record
}

/// A run that Ctrl-C ended after its first cases.
func interruptedRecord() throws -> RunRecord {
  var record = try sampleRecord()
  record.cases = Array(record.cases.prefix(2))
  record.wallTime = nil
  record.peaks = []
  record.energy = []
  record.claims = []
  record.notes = []
  record.origin.commit = .missing(reason: "not a git checkout")
  record.validity = Validity(.interrupted, reasons: ["Ctrl-C after 2 of 7 cases"])
  return record
}

func emptyRecord() -> RunRecord {
  let origin = RunOrigin(
    toolVersion: "1.0", commit: .missing(reason: "no git"), buildConfiguration: "debug", suite: "none",
    started: Date(timeIntervalSince1970: 0))
  var facts = MachineFacts.read(root: FileRoot("/nonexistent"), isaLevels: [.baseline])
  facts.architecture = "x86_64"  // not the host's
  let used = RunProtocol(plan: .short, caseIDs: [], threads: 1, seed: 0)
  return RunRecord(origin: origin, machine: facts, protocolUsed: used)
}

private func sampleMachine() -> MachineFacts {
  var facts = MachineFacts.read(
    root: FileRoot("/nonexistent"), isaLevels: [.baseline, .avx2, .avx512, .avx512vnni, .avx512bf16])
  facts.architecture = "x86_64"
  facts.cpuModel = .measured("AMD EPYC 9654 96-Core Processor")
  (facts.usableCores, facts.onlineCores) = (2, 2)
  (facts.physicalCores, facts.threadsPerCore) = (.measured(2), .measured(1))
  facts.caches = [
    CacheFact(level: 1, kind: .data, size: Bytes(32 << 10), sharedByCores: 1),
    CacheFact(level: 1, kind: .instruction, size: Bytes(32 << 10), sharedByCores: 1),
    CacheFact(level: 2, kind: .unified, size: Bytes(1 << 20), sharedByCores: 1),
    CacheFact(level: 3, kind: .unified, size: Bytes(32 << 20), sharedByCores: 2),
  ]
  facts.memoryTotal = .measured(Bytes(8.2e9))
  facts.memoryAvailable = .measured(Bytes(7.1e9))
  facts.hypervisor = .measured("QEMU Standard PC (i440FX + PIIX, 1996)")
  facts.loadAverage = .measured(1.87)
  facts.stealShare = .measured(0.004)
  facts.turbo = .measured(true)
  facts.kernel = .measured("6.1.0-26-amd64")
  facts.operatingSystem = .measured("Debian GNU/Linux 12 (bookworm)")
  facts.hugepages = .measured("madvise")
  return facts
}

private func samplePeaks() -> [PeakRecord] {
  func figure(_ value: Double) -> Reading<Figure> {
    .measured(Figure(value: value, low: value * 0.993, high: value * 1.004, confidence: 0.961))
  }
  return [
    PeakRecord(name: "fma", threads: 1, unit: "FLOP/s", figure: figure(118.4e9)),
    PeakRecord(name: "fma", threads: 2, unit: "FLOP/s", figure: figure(235.1e9)),
    PeakRecord(
      name: "read", threads: 1, unit: "B/s",
      figure: .missing(reason: "the memory budget of 64 MiB fits in L3")),
    PeakRecord(name: "read", threads: 2, unit: "B/s", figure: figure(28.9e9)),
  ]
}

/// Samples around `seconds` that are off by up to `noise`, and the check that they passed.
func timed(
  _ label: String, _ seconds: Double, noise: Double = 0.01, error: Double = 0.12, count: Int = 12
) -> AlternativeResult {
  let samples = (0..<count).map { seconds * (1 + noise * Double(($0 * 5) % 12 - 6) / 6) }
  return result(label, .timed, error: error, samples: samples)
}

func result(
  _ label: String, _ status: AlternativeResult.Status, error: Double? = nil, samples: [Double] = []
) -> AlternativeResult {
  let check = error.map {
    CheckResult(metric: "max error", error: $0, tolerance: 1, detail: "element 4711 is 0.5, expected 0.25")
  }
  return .sample(label, status, check: check, samples: samples, rounds: Array(samples.indices))
}

extension AlternativeResult {
  static func sample(
    _ label: String, _ status: Status = .timed, check: CheckResult? = nil, samples: [Double], rounds: [Int]
  ) -> AlternativeResult {
    AlternativeResult(
      label: label, status: status, check: check, samples: samples, rounds: rounds, iterations: 3, note: nil,
      unsteady: nil, counts: nil)
  }
}

func caseRecord(
  _ id: String, _ title: String, _ work: Work, group: String = "kernel", _ results: [AlternativeResult]
) throws -> CaseRecord {
  let alternatives = results.map { Alternative($0.label, check: { fatalError() }, body: { _ in }) }
  let measured = try Case(id: id, title: title, work: work, alternatives: alternatives)
  return CaseRecord(measured, group: group, results: results)
}

private let missingZen = AlternativeResult.Status.skipped(
  reason: "libopenblas.so.0 has no core type Zen: install OpenBLAS 0.3.10 or newer")

/// `gain`: speed of scalar, baseline, AVX2, AVX-512, OpenBLAS as a share of `best` per second.
private func kernel(_ id: String, _ title: String, _ work: Work, seconds: Double, _ gain: [Double]) throws
  -> CaseRecord
{
  let labels = ["scalar", "simd:baseline", "simd:avx2", "simd:avx512", "openblas", "openblas:SkylakeX"]
  let results = zip(labels, gain).map { label, gain in
    timed(label, seconds / gain, noise: label == "scalar" ? 0.15 : 0.01, error: 0.05 / gain.squareRoot())
  }
  return try caseRecord(id, title, work, results + [result("openblas:Zen", missingZen)])
}

private var softmax: [AlternativeResult] {
  [
    timed("scalar", 2.1e-3), timed("simd:baseline", 4.1e-4),
    result(
      "simd:avx2", .failedCheck(reason: "max error 41.0 is above the tolerance 1.0"), error: 41),
    timed("simd:avx512", 1.1e-4, error: 0.0004),
  ]
}

private func kernelCases() throws -> [CaseRecord] {
  let gemm = Work(flops: FLOPs(2 * 512 * 512 * 512), bytes: Bytes(3 * 4 * 512 * 512))
  let tall = Work(flops: FLOPs(2 * 512 * 512 * 2048), bytes: Bytes(9 << 20))
  let gemv = Work(flops: FLOPs(2 << 22), bytes: Bytes(4 << 22))
  return [
    try kernel(
      "kernel.gemm.f32.512x512x512", "GEMM f32 512×512×512", gemm, seconds: 1.41e-3,
      [0.0081, 0.21, 0.52, 1, 0.48, 0.93]),
    try kernel(
      "kernel.gemm.f32.512x2048x512", "GEMM f32 512×2048×512", tall, seconds: 5.42e-3,
      [0.008, 0.2, 0.49, 0.94, 0.47, 1]),
    try kernel(
      "kernel.gemv.f32.2048x2048", "GEMV f32 2048×2048", gemv, seconds: 6.02e-4,
      [0.21, 0.83, 0.98, 1, 0.97, 0.96]),
    try kernel(
      "kernel.rmsnorm.f32.64x2048", "RMSNorm f32 64×2048", Work(bytes: Bytes(2 << 19)), seconds: 2.1e-5,
      [0.05, 0.4, 0.8, 1]),
    try caseRecord(
      "kernel.softmax.f32.64x4096", "Softmax f32 64×4096", Work(bytes: Bytes(2 << 20)), softmax),
  ]
}

private func coreTypeSweep() throws -> CaseRecord {
  let gemm = Work(flops: FLOPs(2 * 512 * 512 * 512), bytes: Bytes(3 * 4 * 512 * 512))
  let results = [
    timed("openblas", 2.94e-3), timed("openblas:Haswell", 2.91e-3, count: 3),
    timed("openblas:SkylakeX", 1.52e-3), result("openblas:Zen", missingZen),
  ]
  return try caseRecord(
    "sweep.openblas.512x512x512", "OpenBLAS core types on GEMM 512×512×512", gemm, group: "sweep", results)
}

private func forkJoin() throws -> CaseRecord {
  try caseRecord(
    "threads.forkjoin.2", "Fork-join, 2 threads", Work(), group: "threads", [timed("pool", 3.1e-7)])
}

private func modelCases() throws -> [CaseRecord] {
  let prefill = [
    timed("scalar", 184, count: 2), timed("simd:avx2", 2.31), timed("simd:avx512", 1.44),
    result("openblas", .failed(reason: "out of memory while packing"), error: 0),
  ]
  let decode = [
    timed("scalar", 26.1, count: 5), timed("simd:avx2", 1.34), timed("simd:avx512", 1.32, noise: 0.09),
  ]
  return [
    try caseRecord(
      "prefill.tinyllama-1.1b.q8_0.p128", "Prefill", Work(tokens: Tokens(128)), group: "model", prefill),
    try caseRecord(
      "decode.tinyllama-1.1b.q8_0.n32", "Decode", Work(tokens: Tokens(32)), group: "model", decode),
  ]
}

private func phase(_ phase: Phase, _ id: String, ceiling: Double, share: Reading<Double>) -> PhaseRecord {
  let roofline = RooflineRecord(
    flopsPerToken: FLOPs(2.2e9), bytesPerToken: Bytes(phase == .prefill ? 9.1e6 : 1.17e9),
    ceiling: TokensPerSecond(ceiling), boundBy: phase == .prefill ? .compute : .memory, share: share)
  return PhaseRecord(phase: phase, caseID: id, roofline: .measured(roofline))
}

private func sampleModel() -> ModelRecord {
  func backend(_ name: String, _ prefill: Reading<Double>, _ decode: Reading<Double>) -> BackendRecord {
    BackendRecord(
      backend: name,
      phases: [
        phase(.prefill, "prefill.tinyllama-1.1b.q8_0.p128", ceiling: 106.9, share: prefill),
        phase(.decode, "decode.tinyllama-1.1b.q8_0.n32", ceiling: 24.7, share: decode),
      ])
  }
  let failed = Reading<Double>.missing(reason: "it did not finish")
  return ModelRecord(
    name: "tinyllama-1.1b q8_0", source: .synthetic,
    config: [
      "width": "2048", "layers": "22", "heads": "32", "kv heads": "4", "ffn": "5632", "vocabulary": "32000",
    ], weights: Bytes(1.17e9),
    backends: [
      backend("scalar", .measured(0.0065), .measured(0.0496)),
      backend("simd:avx2", .measured(0.518), .measured(0.967)),
      backend("simd:avx512", .measured(0.831), .measured(0.981)), backend("openblas", failed, failed),
    ])
}

private func claim(
  _ id: String, _ statement: String, _ verdict: String, _ arithmetic: [String], _ why: String,
  _ references: [ClaimReference] = []
)
  -> ClaimRecord
{
  ClaimRecord(
    id: id, statement: statement, source: "P. Escobar, 'tech catwalk'",
    finding: ClaimFinding(verdict: verdict, arithmetic: arithmetic, why: why, references: references))
}

private func sampleClaims() -> [ClaimRecord] {
  [
    claim(
      "K2", "DeepSeek R1 runs on a Raspberry Pi", "overstated",
      [
        "R1: 37G active parameters × 1 B = 37 GB per token [P]; the board has 16 GB [P]",
        "The 1.5B distilled model: 17 GB/s × 98 % ÷ 1.65 GB = 10.1 tok/s [D]",
      ],
      "A distilled model of 1.5 billion parameters runs on it; R1 itself, with 671 billion, does not fit.",
      [
        ClaimReference(figure: "37 GB [P]", source: "DeepSeek-R1 README"),
        ClaimReference(figure: "16 GB [P]", source: "Raspberry Pi documentation, bcm2712.adoc"),
        ClaimReference(figure: "671 billion [P]", source: "DeepSeek-R1 README"),
      ]),
    claim(
      "K5", "AI runs ten times faster on a laptop than on a supercomputer", "contradicted",
      ["This machine: 235 GFLOP/s; the supercomputer: 1.1 EFLOP/s [P], 4.7 million times as much [D]"],
      "No measured ratio comes near the claim."),
    claim(
      "K6", "Huawei's Ascend 910B is 5 % behind Nvidia's AI products", "not testable here",
      ["0.95 of the performance ÷ 0.30 of the price = 3.2 times the performance for each $ [D]"],
      "No kernel here runs on an Ascend."),
  ]
}

/// A short plan, and one that differs from it in every number.
extension SamplingPlan {
  static let short = SamplingPlan(
    minimumSample: Seconds(0.005), budget: Seconds(1), maxSamples: 12, warmUp: Seconds(0.01))
  static let long = SamplingPlan(
    minimumSample: Seconds(0.02), budget: Seconds(6), maxSamples: 36, warmUp: Seconds(0.05))
}
