import Foundation
import Measurement
import Quantities
import Testing

@testable import Results

@Suite struct SustainedRecordTests {
  private func run(_ times: [Double], note: String? = nil) -> SustainedRun {
    let condition = MachineCondition(temperature: .measured(60), clock: .missing(reason: "none"))
    let intervals = times.enumerated().map { index, time in
      SustainedInterval(
        start: Seconds(Double(index)), length: Seconds(time * 10), iterations: 10, condition: condition)
    }
    return SustainedRun(intervals: intervals, note: note)
  }

  @Test func theRatioIsThatOfSpeeds() throws {
    let burst = [Double](repeating: 1, count: 12)
    let settled = [Double](repeating: 1.25, count: 12)
    let ratio = try #require(Figure(burst, over: settled))
    #expect(abs(ratio.value - 0.8) < 1e-12 && ratio.low == ratio.value && ratio.high == ratio.value)
    #expect(ratio.confidence >= 0.95)
  }
  /// Each side at 97.5 % takes seven samples: below, the whole says less than 95 %. Where the outer two are alike, the
  /// interval of seven is the range.
  @Test func boundsAreQuotientsOfBounds() throws {
    let ratio = try #require(
      Figure([1, 1, 3, 4, 5, 7, 7], over: [10, 10, 30, 40, 50, 70, 70]))
    #expect(abs(ratio.value - 0.1) < 1e-12)
    #expect(abs(ratio.low - 1.0 / 70) < 1e-12 && abs(ratio.high - 0.7) < 1e-12)
    #expect(abs(ratio.confidence - 0.95) < 1e-12)
    let few = try #require(Figure([1, 2], over: [1, 2]))
    #expect(few.confidence == 0)
    #expect(Figure([], over: [1]) == nil)
  }
  @Test func onlyTheLaterHalfCounts() throws {
    let alternative = try caseRecord().alternatives[0]
    let slowing = [Double](repeating: 0.001, count: 20) + [Double](repeating: 0.002, count: 20)
    let record = SustainedRecord(run(slowing), of: alternative, caseID: "kernel.test", duration: Seconds(40))
    #expect(record.label == "good" && record.unsteady == nil && record.note == nil)
    #expect(abs(try #require(record.time).median.value - 0.002) < 1e-12)
    #expect(abs(try #require(record.ratioToBurst.value).value - 0.5) < 1e-6)
  }
  @Test func withoutIntervalsThereIsNoFigure() throws {
    let alternative = try caseRecord().alternatives[0]
    let record = SustainedRecord(
      run([], note: "out of memory"), of: alternative, caseID: "kernel.test", duration: Seconds(40))
    #expect(record.time == nil && record.ratioToBurst == .missing(reason: "out of memory"))
  }

  @Test func newFieldsSurviveJSONAndMayBeAbsent() throws {
    var record = try fullRecord()
    let subject = record.cases[0]
    record.sustained = [
      SustainedRecord(
        run([1, 2, 3]), of: subject.alternatives[0], caseID: "kernel.test", duration: Seconds(3))
    ]
    record.controls = [ControlRecord(subject, of: subject, label: "good")]
    record.cases[0].peakMemory = .measured(Bytes(4096))
    record.cases[0].alternatives[0].counts = EventCounts([.cycles: .missing(reason: "no counter")])
    record.cases[0].alternatives[0].unsteady = "never"
    record.models[0].backends[0].phases[0].allocationsPerToken = .measured(3)
    let data = try RecordJSON.encode(record)
    #expect(try RecordJSON.decodeRun(data, path: "run.json") == record)
    let text = String(decoding: data, as: UTF8.self)
    for key in [
      "start_s", "length_s", "temperature_c", "clock_hz", "ratio_to_burst", "peak_memory_bytes",
      "allocations_per_token", "outliers", "unsteady", "duration_s",
    ] { #expect(text.contains("\"\(key)\""), "\(key)") }
    for line in [#""outliers" : \["#, #""unsteady" : "#] {
      #expect(text.firstMatch(of: try Regex(line)) != nil)
    }
  }
  @Test func outliersAreLabelledAndKept() throws {
    let samples = [1, 1.01, 0.99, 1, 1.02, 9, 1, 0.98, 1.01, 1]
    var now = 0.0, calls = 0
    let work = Alternative("a", check: { CheckResult(metric: "", error: 0, tolerance: 0) }) { _ in
      // One cold call and six of warm-up.
      now += calls < 7 ? 1 : samples[calls - 7]
      calls += 1
    }
    let measured = try Case(id: "k", title: "k", work: Work(), alternatives: [work])
    let plan = SamplingPlan(
      minimumSample: Seconds(1), budget: Seconds(100), maxSamples: 10, warmUp: Seconds(1))
    let results = try Sampler(clock: Clock(now: { Seconds(now) }, sleep: { _ in })).run(measured, plan: plan)
    let result = AlternativeRecord(results[0])
    #expect(result.samples.count == 10 && result.outliers == [5])
    #expect(abs(try #require(result.time).median.value - 1) < 1e-9)
  }
}
