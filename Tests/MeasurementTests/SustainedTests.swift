import Quantities
import Testing

@testable import Measurement

@Suite struct SustainedTests {
  let time = FakeTime()
  private let cold = MachineCondition(temperature: .measured(40), clock: .missing(reason: "none"))

  /// Work whose iteration takes `cost` of the seconds since the beginning.
  private func work(_ cost: @escaping (Double) -> Double) -> Alternative {
    Alternative(
      "a", check: { CheckResult(metric: "", error: 0, tolerance: 0) },
      body: { for _ in 0..<$0 { time.seconds += cost(time.seconds - 100) } })
  }

  private func sustain(
    _ alternative: Alternative, _ duration: Double, iterations: Int = 10, interrupted: () -> Bool = { false }
  ) -> SustainedRun {
    withoutActuallyEscaping(interrupted) { interrupted in
      Sampler(clock: time.clock, isInterrupted: interrupted).sustain(
        alternative, iterations: iterations, plan: SustainedPlan(duration: Seconds(duration)),
        condition: { cold })
    }
  }

  @Test func intervalsFillTheDurationWithoutPause() throws {
    let run = sustain(work { _ in 0.01 }, 60)
    #expect(run.note == nil && run.problem == nil && time.slept == 0)
    #expect((54...60).contains(run.intervals.count))
    var end = 0.0
    for interval in run.intervals {
      #expect(abs(interval.start.value - end) < 1e-6)
      #expect(interval.length.value >= 1 && interval.length.value < 1.2)
      #expect(abs(interval.perIteration.value - 0.01) < 1e-9 && interval.condition == cold)
      end = (interval.start + interval.length).value
    }
    #expect(end >= 60 && end < 61.2)
  }
  @Test func theLaterHalfIsTheSustainedFigure() throws {
    // Throttled to two thirds of its speed after 20 of 60 seconds.
    let run = sustain(work { $0 < 20 ? 0.01 : 0.015 }, 60)
    #expect(run.problem == nil)
    #expect(run.settled.count == (run.intervals.count + 1) / 2)
    #expect(run.settled.allSatisfy { abs($0 - 0.015) < 1e-9 })
  }
  @Test func oneThatStillChangesSaysSo() throws {
    let run = sustain(work { 0.01 * (1 + $0 / 60) }, 60)
    let problem = try #require(run.problem)
    #expect(problem.hasPrefix("still changing at the end: the second half of the samples took"))
  }
  @Test func fewIntervalsCannotTell() {
    let run = sustain(work { _ in 0.1 }, 1)
    #expect(run.intervals.count < 16)
    #expect(run.problem?.hasSuffix("intervals are too few to tell whether it had become steady") == true)
  }
  @Test func aCallLongerThanItsIntervalIsAnInterval() {
    let run = sustain(work { _ in 7 }, 60, iterations: 1)
    #expect(run.intervals.count == 9 && run.intervals.allSatisfy { $0.iterations == 1 })
  }
  @Test func anInterruptionKeepsWholeIntervals() {
    let run = sustain(work { _ in 0.01 }, 60, interrupted: { time.seconds > 110.5 })
    #expect(run.note == "interrupted" && run.intervals.count == 10)
  }
  @Test func anErrorEndsIt() {
    let broken = Alternative(
      "a", check: { CheckResult(metric: "", error: 0, tolerance: 0) },
      body: { _ in
        time.seconds += 0.5
        if time.seconds > 103 { throw Broken(description: "out of\nmemory") }
      })
    let run = sustain(broken, 60)
    #expect(run.note == "out of memory" && run.intervals.count == 3)
  }
  @Test func aClockThatStandsStillEndsIt() {
    let run = sustain(work { _ in 0 }, 60)
    #expect(run.note == "the clock stands still" && run.intervals.isEmpty && run.settled.isEmpty)
  }
  @Test func intervalsAreNoShorterThanATenthOfASecond() {
    #expect(SustainedPlan(duration: Seconds(300)).interval == Seconds(5))
    #expect(SustainedPlan(duration: Seconds(1)).interval == Seconds(0.1))
  }
}
