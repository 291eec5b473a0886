import Foundation
import Quantities
import Results
import Statistics

@testable import Measurement

/// The sample run as a newer harness stores it: controls, sustained runs, counts beside the times.
func trustRecord() throws -> RunRecord {
  var record = try sampleRecord()
  record.controls = [
    try control(of: record.cases[3], label: "simd:avx512", noise: 0.012),
    try control(of: record.cases[record.cases.count - 1], label: "simd:avx2", noise: 0.004, count: 5),
  ]
  record.cases[0].alternatives[1].unsteady = "the second half of the samples took 8.0 % longer than the first"
  record.cases[0].peakMemory = .measured(Bytes(93 << 20))
  record.cases[4].peakMemory = .missing(reason: "/proc/self/clear_refs: permission denied")
  for (index, measured) in record.cases.enumerated() where index != 1 {
    for alternative in measured.alternatives.indices {
      record.cases[index].alternatives[alternative].counts = counts(index)
    }
  }
  record.sustained = [
    sustained(record.cases[0], label: "simd:avx512", seconds: 1.41e-3, throttledTo: 1.9),
    sustained(record.cases[3], label: "simd:avx512", seconds: 2.1e-5, throttledTo: 1, intervals: 10),
    sustained(record.cases[record.cases.count - 1], label: "simd:avx512", seconds: 1.32, throttledTo: 1.1),
  ]
  record.models[0].backends[0].phases[1].allocationsPerToken = .measured(0)
  record.models[0].backends[1].phases[1].allocationsPerToken = .measured(2.5)
  record.models[0].backends[2].phases[1].allocationsPerToken = .missing(reason: "one token takes 4 s")
  return record
}

/// The control of one alternative whose second side is up to `noise` off.
func control(of subject: CaseRecord, label: String, noise: Double, count: Int = 12) throws -> ControlRecord {
  let sides = [
    timed("control:a", 0.01, noise: 0, count: count), timed("control:b", 0.01, noise: noise, count: count),
  ]
  let measured = try caseRecord("control.\(subject.id)", subject.title, subject.work, group: "control", sides)
  return ControlRecord(measured, of: subject, label: label)
}

private func counts(_ index: Int) -> EventCounts {
  var readings: [Event: Reading<Double>] = [
    .minorFaults: .measured(index == 0 ? 4111 : 0), .majorFaults: .measured(0),
    .voluntarySwitches: .measured(12), .involuntarySwitches: .measured(7),
  ]
  for (event, count) in [
    (Event.instructions, 4.3e9), (.cycles, 1.6e9), (.cacheMisses, 52_000), (.branchMisses, 9),
  ] {
    readings[event] =
      event == .branchMisses ? .missing(reason: "not supported by this CPU") : .measured(count)
  }
  return EventCounts(readings)
}

/// `throttledTo`: how many times as long an iteration takes in the end.
private func sustained(
  _ measured: CaseRecord, label: String, seconds: Double, throttledTo slow: Double, intervals: Int = 60
) -> SustainedRecord {
  let run = SustainedRun(
    intervals: (0..<intervals).map { index in
      let share = min(1, Double(index) / Double(intervals) * 4)
      let wobble = 1 + 0.002 * Double(index % 5 - 2)
      let iteration = seconds * (1 + (slow - 1) * share) * wobble
      return SustainedInterval(
        start: Seconds(Double(index) * 5), length: Seconds(iteration * 1000), iterations: 1000,
        condition: MachineCondition(
          temperature: .measured(41 + 40 * share),
          clock: slow > 1 ? .measured(3.7e9 / slow) : .missing(reason: "scaling_cur_freq: none readable")))
    })
  let alternative = measured.alternatives.first { $0.label == label }!
  return SustainedRecord(run, of: alternative, caseID: measured.id, duration: Seconds(300))
}
