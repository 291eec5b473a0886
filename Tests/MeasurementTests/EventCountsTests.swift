import Foundation
import Quantities
import Testing

@testable import Measurement

@Suite struct EventCountsTests {
  let time = FakeTime()

  private func counts(_ faults: Double, _ cycles: Double) -> EventCounts {
    EventCounts([.minorFaults: .measured(faults), .cycles: .measured(cycles)])
  }

  @Test func countsAddUp() {
    let sum = counts(7, 100).adding(counts(5, 40))
    #expect(sum[.minorFaults] == .measured(12) && sum[.cycles] == .measured(140))
    #expect(sum.events == [.cycles, .minorFaults])
  }
  @Test func missingStaysMissing() {
    let some = EventCounts([.cycles: .missing(reason: "no counter"), .minorFaults: .measured(1)])
    #expect(counts(7, 100).adding(some)[.cycles] == .missing(reason: "no counter"))
    #expect(some.adding(counts(1, 1)).adding(counts(1, 1))[.cycles].reason == "no counter")
    #expect(some[.branchMisses] == .missing(reason: "not counted"))
    #expect(counts(1, 1).adding(EventCounts([:]))[.cycles] == .missing(reason: "not counted"))
  }
  @Test func isAnObjectInJSON() throws {
    let text = #"{"cycles":{"missing":"why"},"teapots":{"value":3}}"#
    let read = try JSONDecoder().decode(EventCounts.self, from: Data(text.utf8))
    #expect(read[.cycles].reason == "why" && read[Event(rawValue: "teapots")] == .measured(3))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(read), as: UTF8.self) == text)
  }

  /// Every iteration makes so many faults; asking for them makes a hundred more, between samples only.
  @Test func onlyWhatHappensInSamplesIsCounted() throws {
    var faults = 0.0
    func work(_ label: String, _ perIteration: Double) -> Alternative {
      Alternative(
        label, check: { CheckResult(metric: "", error: 0, tolerance: 0) },
        body: {
          time.seconds += 0.001 * Double($0)
          faults += perIteration * Double($0)
        })
    }
    let source = CountSource {
      let before = faults
      return {
        defer { faults += 100 }
        return EventCounts([.minorFaults: .measured(faults - before)])
      }
    }
    let results = try Sampler(clock: time.clock, counts: source).run(
      makeCase([work("a", 2), work("b", 3)]), plan: plan())
    for (result, each) in zip(results, [2.0, 3]) {
      let iterations = Double(result.samples.count * result.iterations)
      #expect(result.counts?[.minorFaults] == .measured(each * iterations))
    }
  }
  @Test func withoutASourceNothingIsCounted() throws {
    let results = try Sampler(clock: time.clock).run(makeCase([time.work("a", cost: 1)]), plan: plan())
    #expect(results[0].counts == nil)
  }
  @Test func anotherProgramsEventsAreNotOurs() throws {
    let program = Alternative(
      program: "other", toldTime: { Seconds(1) }, body: { _ in time.seconds += 1 })
    let source = CountSource { { EventCounts([.minorFaults: .measured(1)]) } }
    let results = try Sampler(clock: time.clock, counts: source).run(
      makeCase([time.work("own", cost: 1), program]), plan: .repetitions(3))
    #expect(results[0].counts?[.minorFaults] == .measured(3) && results[1].counts == nil)
  }
}
