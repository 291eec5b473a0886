import Foundation
import Judgement
import Quantities
import Reports
import Results
import Statistics

@testable import Measurement

/// Two machines, one with histories, and all kinds of sections.
func sampleInput() throws -> ReportInput {
  var bench = try benchRecord()
  bench.validity = Validity(.valid)
  var board = try trustRecord()
  board.machine.board = .measured("Raspberry Pi 5 Model B Rev 1.0")
  (board.machine.cpuModel, board.machine.architecture) = (.measured("Cortex-A76"), "aarch64")
  board.validity = Validity(.valid)
  board.models[0].name = "tinyllama-1.1b"
  board.models[0].config["weights"] = "q8_0"
  for index in board.energy.indices { board.energy[index].model = "tinyllama-1.1b" }
  return ReportInput(
    machines: [
      .init(
        name: "amd-epyc-9654-2c",
        runs: [
          .init(file: "results/amd-epyc-9654-2c/2026-11-21-3aa7dc8-all.json", record: try sampleRecord()),
          .init(file: "results/amd-epyc-9654-2c/2026-11-22-3aa7dc8-bench.json", record: bench),
        ], history: sampleHistory()),
      .init(
        name: "raspberry-pi-5-2c",
        runs: [.init(file: "results/raspberry-pi-5-2c/2026-11-21-3aa7dc8-all.json", record: board)]),
    ], comparison: try sampleComparison(), problems: ["results/x/2026-11-20-a-run.json: damaged"])
}

/// Thirty runs: one case slower by a tenth from the twentieth on, one as ever, one too young to be judged.
func sampleHistory(cases: Int = 2, runs: Int = 30) -> TrackRecord {
  let stored = (0..<runs).map { run in
    let names = (0..<cases).map { "kernel.gemm.f32.\($0)" } + (run >= runs - 4 ? ["kernel.young"] : [])
    let figures = names.enumerated().map { index, name in
      let noise = 1 + 0.004 * sin(Double(run * 37 + index * 11))
      return figure(name, 1e-3 * Double(index + 1) * noise * (index == 0 && run >= 2 * runs / 3 ? 1.1 : 1))
    }
    let date = Date(timeIntervalSince1970: 1_790_000_000 + Double(run) * 86_400)
    let commit = Commit(hash: "c0ffee\(1000 + run)", dirty: false)
    let origin = RunOrigin(
      toolVersion: "1.0", commit: .measured(commit), buildConfiguration: "release", suite: "kernels",
      started: date)
    return RunSummary(
      path: "results/box/run-\(run).json", origin: origin, machine: ("0", "Made-up CPU"),
      validity: Validity(.valid), figures: figures)
  }
  return Tracker().judge(stored, machine: "box")
}

private func figure(_ name: String, _ seconds: Double) -> CaseFigure {
  let samples = (0..<8).map { seconds * (1 + 0.001 * Double($0 % 3)) }
  return CaseFigure(
    key: CaseKey(caseID: name, alternative: "simd:avx2", threads: 2, protocolHash: "1"),
    time: MedianTime(MedianInterval(of: samples)))
}

private func sampleComparison() throws -> Comparison {
  let work = Work(flops: FLOPs(1e9))
  func side(_ name: String, _ seconds: Double) throws -> RunSide {
    var record = emptyRecord()
    record.validity = Validity(.valid)
    record.cases = [
      try caseRecord("kernel.a", "GEMM 512×512×512", work, [timed("simd:avx2", seconds, count: 24)]),
      try caseRecord("kernel.b", "softmax", work, [timed("simd:avx2", 1e-3, count: 24)]),
    ]
    return RunSide(name: name, runs: [record])
  }
  return try Comparison(side("after", 2e-3), over: side("before", 1e-3))
}
