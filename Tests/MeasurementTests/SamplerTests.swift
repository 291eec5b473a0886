import Quantities
import Testing

@testable import Measurement

@Suite struct SamplerTests {
  let time = FakeTime()

  private func run(
    _ alternatives: [Alternative], _ plan: SamplingPlan = plan(),
    interrupted: @escaping () -> Bool = { false }
  ) throws -> [AlternativeResult] {
    try Sampler(clock: time.clock, isInterrupted: interrupted).run(makeCase(alternatives), plan: plan)
  }

  @Test func measuresWhatTheClockSays() throws {
    let results = try run([time.work("a", cost: 0.001), time.work("b", cost: 0.003)])
    #expect(results.map(\.label) == ["a", "b"])
    for (result, cost) in zip(results, [0.001, 0.003]) {
      #expect(result.status == .timed && result.note == nil)
      #expect(result.samples.count == 12 && result.rounds == Array(0..<12))
      #expect(result.samples.allSatisfy { abs($0 - cost) < 1e-9 })
      #expect(result.iterations == results[0].iterations && result.iterations >= 10)
    }
    let ratio = try #require(results.ratioToBest(results[1]))
    #expect(abs(ratio.median - 3) < 1e-6 && ratio.count == 12 && ratio.confidence >= 0.95)
    #expect(results.ratioToBest(results[0])?.median == 1)
  }
  @Test func runsInRotation() throws {
    _ = try run([time.work("a", cost: 0.02), time.work("b", cost: 0.02)], plan(max: 4))
    #expect(time.calls.suffix(8).map(\.label).joined() == "abbabaab")
  }
  @Test func aDriftingMachineLeavesTheRatioAlone() throws {
    // Everything becomes slower by 1 % per call; the ratio of medians of one after the other would not be 2.
    func drifting(_ label: String, cost: Double) -> Alternative {
      Alternative(
        label, check: { CheckResult(metric: "nmse", error: 0, tolerance: 0) },
        body: {
          time.calls.append((label, $0))
          time.seconds += Double($0) * cost * (1 + 0.01 * Double(time.calls.count))
        })
    }
    let results = try run([drifting("a", cost: 0.01), drifting("b", cost: 0.02)])
    #expect(abs(try #require(results.ratioToBest(results[1])).median - 2) < 0.02)
  }
  @Test func aFailedCheckIsNeverTimed() throws {
    let throwing = Alternative(
      "throws", check: { throw Broken(description: "no\nlibrary") }, body: { _ in time.seconds += 1 })
    let wrong = time.work("wrong", cost: 0.01, error: 1e-3)
    let nan = time.work("nan", cost: 0.01, error: .nan)
    let results = try run([wrong, throwing, nan, time.work("good", cost: 0.01)])
    #expect(results[0].status == .failedCheck(reason: "nmse 0.001 is above the tolerance 1e-07"))
    #expect(results[1].status == .failedCheck(reason: "the check did not finish: no library"))
    #expect(results[1].check == nil && results[2].check?.passed == false)
    #expect(results.map(\.samples.count) == [0, 0, 0, 12])
    #expect(results[2].interval == nil && results.ratioToBest(results[0]) == nil)
    #expect(Set(time.calls.map(\.label)) == ["good"])
  }
  @Test func oneThatThrowsLaterIsOutAndKeepsItsSamples() throws {
    var samples = 0
    let broken = Alternative(
      "broken", check: { CheckResult(metric: "nmse", error: 0, tolerance: 0) },
      body: {
        if time.calls.contains(where: { $0.label == "good" }) { samples += 1 }
        if samples == 3 { throw Broken(description: "out of memory") }
        time.seconds += 0.001 * Double($0)
      })
    let results = try run([broken, time.work("good", cost: 0.01)])
    #expect(results[0].status == .failed(reason: "out of memory"))
    #expect(results[0].samples.count == 2)
    #expect(results[1].status == .timed && results[1].samples.count == 12)
    #expect(results.best?.label == "good")  // the faster one failed
  }
  @Test func aSlowOneDropsOutAndTheOthersGoOn() throws {
    let results = try run(
      [time.work("fast", cost: 0.01), time.work("slow", cost: 4), time.work("other", cost: 0.02)])
    #expect(results.map(\.samples.count) == [12, 2, 12])
    #expect(results[1].iterations == 1 && results[1].isTimed)
    #expect(results[1].note == "stopped: its share of the time budget was spent")
    let ratio = try #require(results.ratioToBest(results[1]))
    #expect(ratio.count == 2 && abs(ratio.confidence - 0.5) < 1e-12)
  }
  @Test func aFirstSlowCallDoesNotCalibrate() throws {
    var calls = 0
    let lazy = Alternative(
      "lazy", check: { CheckResult(metric: "nmse", error: 0, tolerance: 0) },
      body: {
        calls += 1
        time.seconds += calls == 1 ? 0.5 : 0.0001 * Double($0)
      })
    #expect(try run([lazy])[0].iterations == 100)
  }
  @Test func pausesAfterEachSampleOfANoisyNeighbour() throws {
    let results = try run([time.work("a", cost: 0.02), time.work("spins", cost: 0.02, cooldown: 0.1)])
    #expect(results.allSatisfy { $0.samples.count == 12 && abs($0.samples[5] - 0.02) < 1e-9 })
    #expect(abs(time.slept - 13 * 0.1) < 1e-9)  // once after its warm-up
  }
  @Test(arguments: [1, 5]) func repetitionsAreSingleCallsAfterOneThatIsNotTimed(count: Int) throws {
    let results = try run(
      [time.work("fast", cost: 0.0001), time.work("slow", cost: 400)], .repetitions(count))
    #expect(results.allSatisfy { $0.samples.count == count && $0.iterations == 1 && $0.note == nil })
    #expect(time.calls.count == 2 * (count + 1) && time.calls.allSatisfy { $0.iterations == 1 })
  }
  @Test func anotherProgramTellsItsOwnTime() throws {
    var told = 0.0
    let program = Alternative(
      program: "other", toldTime: { Seconds(told) },
      body: { _ in
        told += 0.5
        time.seconds += 60
      })
    let results = try run([time.work("own", cost: 0.25), program], .repetitions(3))
    #expect(results[1].samples == [1, 1.5, 2] && results[1].check == nil && results[1].isTimed)
    #expect(results[0].samples.allSatisfy { abs($0 - 0.25) < 1e-9 })
  }
  @Test func reportsProgress() throws {
    var seen: [Progress] = []
    _ = try Sampler(clock: time.clock).run(
      makeCase([time.work("a", cost: 0.5)]), plan: plan(budget: 1), progress: { seen.append($0) })
    #expect(seen.prefix(2) == [.checking(label: "a"), .warmingUp(label: "a")])
    #expect(seen.dropFirst(2).first == .sampled(label: "a", round: 0, perIteration: Seconds(0.5)))
    #expect(seen.count == 4)
  }
}
