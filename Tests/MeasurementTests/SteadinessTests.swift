import Quantities
import Testing

@testable import Measurement

@Suite struct SteadinessTests {
  let time = FakeTime()

  /// Work whose call number n, the cold one being 0, takes `cost(n)` seconds per iteration.
  private func work(_ label: String = "a", cost: @escaping (Int) -> Double) -> Alternative {
    var calls = 0
    return Alternative(
      label, check: { CheckResult(metric: "nmse", error: 0, tolerance: 0) },
      body: {
        time.calls.append((label, $0))
        time.seconds += cost(calls) * Double($0)
        calls += 1
      })
  }

  private func run(_ alternatives: [Alternative], _ plan: SamplingPlan = plan()) throws -> [AlternativeResult]
  {
    try Sampler(clock: time.clock).run(makeCase(alternatives), plan: plan)
  }

  @Test func twoGroupsOfThreeMustAgree() {
    #expect(Steadiness.change([1, 1, 1, 1.04, 1.04, 1.04]).map(Steadiness.agrees) == true)
    #expect(Steadiness.change([1, 1, 1, 1.06, 1.06, 1.06]).map(Steadiness.agrees) == false)
    #expect(Steadiness.change([1.06, 1.06, 1.06, 1, 1, 1]).map(Steadiness.agrees) == false)
    // One disturbance in each group is none.
    #expect(Steadiness.change([1, 9, 1, 1, 1, 9]) == 0)
    // What lies before the last six does not count.
    #expect(Steadiness.change([7, 7, 1, 1, 1, 1, 1, 1]) == 0)
  }
  @Test func fewTimesAreComparedInSmallGroups() throws {
    #expect(Steadiness.change([]) == nil && Steadiness.change([1]) == nil)
    #expect(Steadiness.change([1, 2]) == 1)
    #expect(try #require(Steadiness.change([5, 1, 1, 2, 2])) == 1)
    #expect(Steadiness.change([0, 1]) == nil)
  }
  @Test func halvesOfTheSamplesMustAgree() {
    let flat = [Double](repeating: 2, count: 8)
    #expect(Steadiness.problem(in: flat) == nil)
    #expect(Steadiness.problem(in: [1, 1, 1, 1, 1.2, 1.2, 1.2]) == nil)  // too few to tell
    #expect(
      Steadiness.problem(in: [1, 1, 1, 1, 1.2, 1.2, 1.2, 1.2])
        == "the second half of the samples took 20.0 % longer than the first")
    #expect(Steadiness.problem(in: flat.prefix(4) + [1, 1, 1, 1])?.contains("50.0 % less") == true)
  }

  @Test func steadyWorkIsSampledAfterSixRuns() throws {
    let result = try run([work { _ in 0.02 }])[0]
    #expect(result.unsteady == nil)
    #expect(time.calls.count == 1 + 6 + 12)
  }
  @Test func warmUpLastsUntilTimesAreSteady() throws {
    // Falls by a tenth from call to call until the twelfth.
    let result = try run([work { 0.01 * max(1, 3 * (1 - 0.08 * Double($0))) }])[0]
    #expect(result.unsteady == nil)
    #expect(result.samples.allSatisfy { abs($0 - 0.01) < 1e-9 })
    #expect(result.iterations == 1)
  }
  @Test func aSecondCalibrationThatDisagreesIsNotBelieved() throws {
    // The first calibration would be ten times too slow.
    let result = try run([work { $0 <= 3 ? 0.01 : 0.001 }])[0]
    #expect(result.iterations == 10 && result.unsteady == nil)
    #expect(result.samples.allSatisfy { abs($0 - 0.001) < 1e-9 })
  }
  @Test func warmUpHasABoundAndSaysSo() throws {
    // Ever slower, by a tenth from run to run.
    var cost = 0.01
    let result = try run([
      work { _ in
        cost *= 1.1
        return cost
      }
    ])[0]
    #expect(result.isTimed)
    let reason = try #require(result.unsteady)
    #expect(reason.hasPrefix("no steady state in ") && reason.contains("33.1 % longer than the one before"))
    #expect(reason.contains("; the second half of the samples took "))
    // Ten times the warm-up of 0.02 s, and one run.
    let runs = time.calls.count - 1 - result.samples.count
    #expect(runs > 6 && runs < 15)
  }
  @Test func oneLongRunIsComparedWithTheColdOne() throws {
    let steady = try run([work { _ in 0.5 }], plan(budget: 100))[0]
    #expect(steady.unsteady == nil && time.calls.count == 2 + 12)
    let slow = try run([work { $0 == 0 ? 1 : 0.5 }], plan(budget: 100))[0]
    #expect(
      slow.unsteady
        == "no steady state in one run of warm-up (500 ms): the last calibration took 50.0 % less "
        + "than the one before")
  }
  @Test func aSlowFirstCallAloneIsNoted() throws {
    let result = try run([work { _ in 4 }], plan(budget: 3))[0]
    #expect(result.unsteady == "calibrated by its first call alone, which took 4.00 s")
  }
  @Test func aShorterCountIsNoted() throws {
    let results = try run([work { _ in 0.001 }, work("slow") { _ in 0.05 }])
    #expect(results.map(\.iterations) == [10, 2])
    #expect(results[0].note == nil)
    #expect(results[1].note == "2 instead of 10 iterations per sample, which would take 500 ms")
  }
  @Test func repetitionsHaveNoWarmUpToBeSteadyIn() throws {
    let results = try run([work { $0 == 0 ? 1 : 0.5 }], .repetitions(3))
    #expect(results[0].unsteady == nil && time.calls.count == 4)
  }
}
