import Quantities
import Testing

@testable import Measurement

@Suite struct ControlTests {
  let time = FakeTime()

  @Test func bothSidesRunTheSameWorkInRotation() throws {
    let measured = try makeCase([time.work("a", cost: 0.5), time.work("b", cost: 0.02)])
    let control = try #require(try measured.control(of: "b"))
    #expect(control.id == "control.kernel.test" && control.title == "test, b against itself")
    #expect(control.alternatives.map(\.label) == Case.controlLabels)
    let results = try Sampler(clock: time.clock).run(control, plan: plan(max: 8))
    #expect(Set(time.calls.map(\.label)) == ["b"])  // the work of b, whatever the labels say
    #expect(results.allSatisfy { $0.isTimed && $0.samples.count == 8 })
    let ratio = try #require(results[1].ratio(over: results[0]))
    #expect(abs(ratio.median - 1) < 1e-9 && ratio.count == 8)
  }
  /// A machine on which whoever comes second in a round is 2 % slower: in turn, nobody is.
  @Test func positionsCancelInAControl() throws {
    var calls = 0
    let work = Alternative("a", check: { CheckResult(metric: "", error: 0, tolerance: 0) }) {
      calls += 1
      time.seconds += Double($0) * (calls.isMultiple(of: 2) ? 0.0204 : 0.02)
    }
    let control = try #require(try makeCase([work]).control(of: "a"))
    let results = try Sampler(clock: time.clock).run(control, plan: plan(max: 12))
    #expect(abs(try #require(results[1].ratio(over: results[0])).median - 1) < 1e-9)
  }
  @Test func thereIsNoneOfWhatWasLeftOut() throws {
    let measured = try makeCase([
      time.work("a", cost: 1), Alternative(skipped: "slow", reason: "too slow"),
    ])
    #expect(try measured.control(of: "slow") == nil && measured.control(of: "c") == nil)
  }
  @Test func cooldownsAndChecksComeAlong() throws {
    let control = try #require(
      try makeCase([time.work("a", cost: 0.02, cooldown: 0.5, error: 1)]).control(of: "a"))
    #expect(control.alternatives.allSatisfy { $0.cooldown == Seconds(0.5) })
    let results = try Sampler(clock: time.clock).run(control, plan: plan())
    #expect(results.allSatisfy { if case .failedCheck = $0.status { true } else { false } })
  }
}

@Suite struct DurationTextTests {
  @Test(arguments: [
    ("5m", 300), ("90s", 90), ("300", 300), ("1h", 3600), ("1m30s", 90), ("1.5h", 5400), ("0.5", 0.5),
    ("2min", 120), ("24h", 86_400), ("1h1m1s", 3661),
  ]) func durations(text: String, seconds: Double) throws {
    #expect(try DurationText.parse(text) == Seconds(seconds))
  }
  @Test(arguments: [
    "", "0", "0s", "m", "5 m", "-5m", "5x", "1m30", "30s1m", "1m1m", "1..5m", "nan", "inf", "1e3", "25h",
    "5m ", "0x10", "٣m", ".", "1h1h", "+5m",
  ]) func refusesInOneLine(text: String) {
    let error = #expect(throws: InvalidDuration.self) { try DurationText.parse(text) }
    #expect(error?.description.contains("'\(text)' is no duration") == true)
    #expect(error?.description.contains("\n") == false)
  }
}
