import Quantities
import Testing

@testable import Measurement

@Suite struct ScheduleTests {
  @Test func twoAlternativesRunABBABAAB() {
    let order = (0..<4).flatMap { Schedule.order(of: 2, round: $0) }
    #expect(order == [0, 1, 1, 0, 1, 0, 0, 1])
  }
  @Test(arguments: 1...7) func everyoneTakesEveryPositionEquallyOften(count: Int) {
    var seen = Array(repeating: Array(repeating: 0, count: count), count: count)
    for round in 0..<(2 * count) {
      let order = Schedule.order(of: count, round: round)
      #expect(order.sorted() == Array(0..<count))
      for (position, who) in order.enumerated() { seen[who][position] += 1 }
    }
    #expect(seen.joined().allSatisfy { $0 == 2 })
  }
  @Test func nobodyNeedsNoOrder() { #expect(Schedule.order(of: 0, round: 3).isEmpty) }

  @Test func oneCountForAllFromTheFastest() {
    let counts = Schedule.iterations(
      for: [Seconds(0.002), Seconds(0.001), Seconds(0.009)], minimum: Seconds(0.0105), limit: 10)
    #expect(counts == [11, 11, 11])  // the third stays below 0.105 s
  }
  @Test func slowOnesAreCappedAndNeverBelowOne() {
    let counts = Schedule.iterations(
      for: [Seconds(0.001), Seconds(0.03), Seconds(5)], minimum: Seconds(0.01), limit: 10)
    #expect(counts == [10, 3, 1])
  }
  @Test func timesOfZeroDoNotOverflow() {
    let counts = Schedule.iterations(for: [.zero, Seconds(1e-300)], minimum: Seconds(0.01), limit: 10)
    #expect(counts == [Schedule.maxIterations, Schedule.maxIterations])
    #expect(Schedule.iterations(for: [], minimum: Seconds(1), limit: 10).isEmpty)
  }
  @Test func growthIsBoundedOnBothSides() {
    func next(_ n: Int, _ took: Double) -> Int {
      Schedule.nextIterations(after: n, took: Seconds(took), target: Seconds(1))
    }
    #expect(next(10, 0.5) == 24)
    #expect(next(10, 1e-9) == 100)
    #expect(next(10, 0) == 100)
    #expect(next(1, 0.9999) == 2)
    #expect(next(Schedule.maxIterations - 1, 0) == Schedule.maxIterations)
  }
  @Test func onlyALongFirstCallIsBelieved() {
    #expect(Schedule.believes(coldCall: Seconds(2), share: Seconds(1.5)))
    #expect(!Schedule.believes(coldCall: Seconds(2), share: Seconds(3)))
    #expect(!Schedule.believes(coldCall: Seconds(0.2), share: Seconds(0.1)))  // a library being loaded
  }

  private func stop(_ samples: Int, busy: Double, paused: Double = 0, caseSpent: Double = 0)
    -> Schedule.Stop?
  {
    let usage = Schedule.Usage(samples: samples, busy: Seconds(busy), paused: Seconds(paused))
    return Schedule.stop(
      usage, share: Seconds(3), caseSpent: Seconds(caseSpent), plan: plan(budget: 9, max: 12))
  }
  @Test func atLeastTwoSamplesWhateverTheyCost() {
    #expect(stop(1, busy: 1000, caseSpent: 1000) == nil)
    #expect(stop(2, busy: 1000, caseSpent: 1000) == .shareSpent)
  }
  @Test func noSampleIsBegunThatOverrunsTheShare() {
    #expect(stop(2, busy: 2) == nil)  // the third would end exactly at 3 s
    #expect(stop(2, busy: 2.1) == .shareSpent)
  }
  @Test func pausesAndTheOthersCountAfterTheSixthSample() {
    #expect(stop(5, busy: 0.1, paused: 50, caseSpent: 50) == nil)
    #expect(stop(6, busy: 0.1, paused: 50, caseSpent: 50) == .shareSpent)
    #expect(stop(6, busy: 0.1, caseSpent: 9) == .budgetSpent)
    #expect(stop(6, busy: 0.1, caseSpent: 8.9) == nil)
  }
  @Test func theLastSampleIsTheLast() { #expect(stop(12, busy: 0.1) == .complete) }
}
