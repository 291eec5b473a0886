import Foundation
import Machine
import MadeUpNoise
import Quantities
import Results
import Statistics

@testable import Measurement

/// Noise with a known seed.
struct Noise {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func uniform() -> Double { random.uniform() }
  mutating func normal() -> Double { random.normal() }
  /// A time of about `base`: log-normal, and on a machine that others use sometimes held up for long.
  mutating func time(_ base: Double, spread: Double = 0.03, isBusy: Bool = true) -> Double {
    base * exp(spread * normal()) * (isBusy && uniform() < 0.2 ? 1 + 3 * uniform() : 1)
  }
}

/// A case whose processes each have a bias of their own, of the deviation `placement`; the candidate takes `slowdown`
/// times as long.
func againstCase(
  _ id: String, slowdown: Double = 1, placement: Double = 0.01, blocks: Int = 20, _ noise: inout Noise
) -> AgainstCase {
  var measured = AgainstCase(id: id, title: id, label: "simd")
  for _ in 0..<blocks {
    let biases = [exp(placement * noise.normal()), slowdown * exp(placement * noise.normal())]
    let times = biases.map { bias in (0..<40).map { _ in noise.time(1e-3 * bias) } }
    measured.blocks.append(AgainstBlock(reference: times[0], candidate: times[1]))
  }
  return measured
}

func session(_ cases: [AgainstCase]) -> AgainstRecord {
  let run = storedRun([])
  let plan = AgainstPlan(
    budget: Seconds(30), blocks: 20, minimumSample: Seconds(0.0003), threads: 2, full: false,
    backends: ["simd"])
  var record = AgainstRecord(
    origin: run.origin, machine: run.machine, reference: "main", candidate: "here", plan: plan)
  record.cases = cases
  return record
}

/// A run of these cases.
func storedRun(
  _ cases: [CaseRecord], plan: SamplingPlan = .usual, threads: Int = 2, commit: String = "aaaa"
) -> RunRecord {
  let origin = RunOrigin(
    toolVersion: "1.0", commit: .measured(Commit(hash: commit, dirty: false)), buildConfiguration: "release",
    suite: "kernels", started: Date(timeIntervalSince1970: 1_795_285_800))
  var facts = MachineFacts.read(root: FileRoot("/nonexistent"), isaLevels: [.baseline])
  (facts.cpuModel, facts.usableCores, facts.architecture) = (.measured("Test CPU"), 2, "x86_64")
  let used = RunProtocol(plan: plan, caseIDs: cases.map(\.id), threads: threads, seed: 1)
  var record = RunRecord(origin: origin, machine: facts, protocolUsed: used)
  record.cases = cases
  record.validity = Validity(.valid)
  return record
}

/// A case with one alternative for each label.
func storedCase(
  _ id: String, _ samples: [(label: String, times: [Double])], group: String = "kernel", flops: Double = 1e6
) throws -> CaseRecord {
  let measured = try Case(
    id: id, title: id, work: Work(flops: FLOPs(flops)),
    alternatives: samples.map { Alternative(skipped: $0.label, reason: "") })
  return CaseRecord(
    measured, group: group,
    results: samples.map { label, times in
      AlternativeResult(
        label: label, status: .timed, check: nil, samples: times, rounds: Array(times.indices), iterations: 3,
        note: nil, unsteady: nil, counts: nil)
    })
}

extension SamplingPlan {
  static let usual = SamplingPlan(
    minimumSample: Seconds(0.01), budget: Seconds(2), maxSamples: 24, warmUp: Seconds(0.03))
}
