import Quantities
import Testing

@testable import Measurement

@Suite struct SamplerFaultTests {
  let time = FakeTime()
  private let passing = { CheckResult(metric: "nmse", error: 0, tolerance: 0) }

  @Test func aClockThatStandsStillIsAFailure() throws {
    let results = try Sampler(clock: time.clock).run(
      makeCase([Alternative("a", check: passing, body: { _ in })]), plan: plan())
    #expect(results[0].status == .failed(reason: "the clock stands still"))
  }
  @Test func aClockThatStopsLaterIsAFailure() throws {
    var calls = 0
    let body: (Int) -> Void = { _ in
      calls += 1
      if calls < 5 { time.seconds += 1 }
    }
    let results = try Sampler(clock: time.clock).run(
      makeCase([Alternative("a", check: passing, body: body)]), plan: plan())
    #expect(results[0].status == .failed(reason: "the clock did not move during a sample"))
    #expect(results[0].samples == [1, 1])
  }
  @Test func aClockThatRunsBackwardsIsAFailure() throws {
    let body: (Int) -> Void = { _ in time.seconds -= 1 }
    let results = try Sampler(clock: time.clock).run(
      makeCase([Alternative("a", check: passing, body: body)]), plan: plan())
    #expect(results[0].status == .failed(reason: "the clock ran backwards"))
  }
  @Test func workThatDoesNothingIsAFailure() throws {
    let busy = Clock(
      now: {
        time.seconds += 1e-9
        return Seconds(time.seconds)
      }, sleep: { _ in })
    let results = try Sampler(clock: busy).run(
      makeCase([Alternative("a", check: passing, body: { _ in })]), plan: plan())
    guard case .failed(let reason) = results[0].status else {
      Issue.record("\(results[0].status)")
      return
    }
    #expect(reason.contains("seems to do nothing"))
  }
  @Test func aCoarseClockIsEnough() throws {
    let coarse = Clock(now: { Seconds((time.seconds * 100).rounded(.down) / 100) }, sleep: { _ in })
    let ticking = Alternative("a", check: passing) { time.seconds += 0.0001 * Double($0) + 0.0101 }
    #expect(try Sampler(clock: coarse).run(makeCase([ticking]), plan: plan())[0].status == .timed)
  }
  @Test func noBudgetMeansCheckOnly() throws {
    for budget in [0, -1, Double.nan] {
      let results = try Sampler(clock: time.clock).run(
        makeCase([time.work("a", cost: 1), time.work("b", cost: 1, error: 1)]), plan: plan(budget: budget))
      #expect(results[0].status == .skipped(reason: "checked only: the time budget is zero"))
      #expect(results[0].check?.passed == true)
      guard case .failedCheck = results[1].status else {
        Issue.record("\(results[1].status)")
        return
      }
    }
    #expect(time.calls.isEmpty)
  }
  @Test func aTinyBudgetStillGivesTwoSamples() throws {
    let results = try Sampler(clock: time.clock).run(
      makeCase([time.work("a", cost: 1), time.work("b", cost: 1)]), plan: plan(budget: 1e-9))
    #expect(results.allSatisfy { $0.isTimed && $0.samples.count == 2 })
    // Half of all pairs have the median between them.
    for result in results { #expect(abs(try #require(result.interval).confidence - 0.5) < 1e-12) }
  }

  @Test(arguments: 0..<40) func anInterruptLosesNothing(afterCalls: Int) throws {
    let sampler = Sampler(clock: time.clock, isInterrupted: { time.calls.count >= afterCalls })
    let measured = try makeCase([time.work("a", cost: 0.02), time.work("b", cost: 0.02)])
    var taken = 0
    do {
      let results = try sampler.run(measured, plan: plan()) { if case .sampled = $0 { taken += 1 } }
      #expect(time.calls.count <= afterCalls)
      #expect(results.allSatisfy { $0.samples.count == 12 })
    } catch {
      #expect(error.results.reduce(0) { $0 + $1.samples.count } == taken)
      for result in error.results {
        #expect(result.isTimed == !result.samples.isEmpty)
        #expect(result.isTimed || result.status == .skipped(reason: "interrupted before its first sample"))
      }
    }
  }
  @Test func workThatStopsBecauseOfAnInterruptHasNotFailed() throws {
    var stopped = false
    let body: (Int) throws -> Void = { _ in
      time.seconds += 0.02
      if time.seconds > 100.2 {
        stopped = true
        throw Broken(description: "cancelled")
      }
    }
    let sampler = Sampler(clock: time.clock, isInterrupted: { stopped })
    let error = try #require(throws: Interrupted.self) {
      try sampler.run(makeCase([Alternative("a", check: passing, body: body)]), plan: plan())
    }
    #expect(error.results[0].isTimed && error.results[0].note == "interrupted")
  }
}
