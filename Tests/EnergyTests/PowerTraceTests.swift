import Foundation
import Machine
import Quantities
import Synchronization
import Testing

@testable import Energy

@Suite struct PowerTraceTests {
  /// Power of a ramp with a wave: its integral is known in closed form.
  private func power(_ t: Double) -> Double { 5 + 0.3 * t + 2 * wave(t) }
  private func wave(_ t: Double) -> Double { let x = t - t.rounded(.down); return 4 * x * (1 - x) }
  private func integral(_ t: Double) -> Double {
    let (whole, x) = (t.rounded(.down), t - t.rounded(.down))
    return 5 * t + 0.15 * t * t + 2 * (whole * 2 / 3 + 2 * x * x - 4 * x * x * x / 3)
  }

  @Test(arguments: [(0.0, 20.0), (0.013, 17.77), (3.3, 8.6)])
  func isExactToAThousandth(start: Double, end: Double) throws {
    let trace = PowerTrace((0...400).map { .init(Seconds(Double($0) / 20), Watts(power(Double($0) / 20))) })
    let used = try trace.energy(from: Seconds(start), to: Seconds(end), longestGap: Seconds(1)).energy.value
    let truth = integral(end) - integral(start)
    #expect(abs(used - truth) < 1e-3 * truth)
  }
  @Test func aStraightLineIsExactFromAnyReadings() throws {
    let times = [0.0, 0.4, 1.7, 2.0, 5.5, 6.0]
    let trace = PowerTrace(times.shuffled().map { .init(Seconds($0), Watts(1 + 2 * $0)) })
    let (used, readings) = try trace.energy(from: Seconds(0.5), to: Seconds(5.75), longestGap: Seconds(4))
    #expect(abs(used.value - (5.25 + 5.75 * 5.75 - 0.25)) < 1e-9)
    #expect(readings == 3)
  }
  @Test func whatIsNotCoveredIsAnError() throws {
    let trace = PowerTrace([.init(Seconds(1), Watts(3)), .init(Seconds(4), Watts(3))])
    for (start, end) in [(0.5, 2.0), (2, 4.5), (2, 2)] {
      #expect(throws: EnergyError.self) {
        try trace.energy(from: Seconds(start), to: Seconds(end), longestGap: Seconds(9))
      }
    }
    expectError(contains: "no reading for 3.00 s") {
      try trace.energy(from: Seconds(2), to: Seconds(3), longestGap: Seconds(2)).energy
    }
  }
}

/// Readings out of a list; after the last one it fails.
final class FakeSensor: PowerSensor {
  let source = "a made-up sensor"
  let boundary = Boundary.boardInput
  let tier = Tier.measured
  let interval: Seconds
  let settling: Seconds
  private let next: Mutex<(index: Int, watts: [Double])>

  init(_ watts: [Double], interval: Double = 0.05, settling: Double = 0) {
    next = Mutex((0, watts))
    (self.interval, self.settling) = (Seconds(interval), Seconds(settling))
  }
  /// Readings so far.
  var count: Int { next.withLock { $0.index } }

  func power() throws(EnergyError) -> Watts {
    let watts = next.withLock { state -> Double? in
      defer { state.index += 1 }
      return state.index < state.watts.count ? state.watts[state.index] : nil
    }
    guard let watts else { throw EnergyError("the sensor fell off") }
    return Watts(watts)
  }
}

/// Takes half a second for each reading.
private struct SlowSensor: PowerSensor {
  let source = "a slow sensor"
  let boundary = Boundary.wall
  let tier = Tier.measured
  let interval = Seconds(0.1)
  func power() throws(EnergyError) -> Watts {
    Thread.sleep(forTimeInterval: 0.5)
    return Watts(7)
  }
}

@Suite struct PolledMeterTests {
  @Test func integratesBetweenMarks() throws {
    let meter = try PolledMeter(FakeSensor([9, 1, 3, 5]), ticks: false)
    let marks = try [0.0, 2, 3].map { try meter.mark(at: Seconds($0)) }
    #expect(try meter.energy(from: marks[0], to: marks[2]).central == Joules(8))
    #expect(try meter.energy(from: marks[1], to: marks[2]).central == Joules(4))
    #expect(try meter.energy(from: marks[0], to: marks[2]).readings == 2)
    #expect((meter.boundary, meter.tier) == (.boardInput, .measured) && meter.shortestWindow >= Seconds(5))
  }
  @Test func aSensorThatFailsIsAnErrorAtOnce() throws {
    expectError(contains: "fell off") { try PolledMeter(FakeSensor([])) }
    let meter = try PolledMeter(FakeSensor([1, 1]), ticks: false)
    let mark = try meter.mark(at: Seconds(0))
    expectError(contains: "fell off") { try meter.energy(since: mark, at: Seconds(1)) }
  }
  @Test func theThreadReadsByItself() throws {
    let meter = try PolledMeter(FakeSensor(Array(repeating: 7, count: 100_000), interval: 0.001))
    let mark = try meter.begin()
    while try meter.energy(since: mark).readings ?? 0 < 50 {}
    let (end, now) = (try meter.begin(), MonotonicTime.now)
    let used = try meter.energy(from: mark, to: end)
    #expect(abs(used.central.value - 7 * (end.time - mark.time).value) < 1e-3 * used.central.value)
    #expect(end.time <= now)
  }
  /// The meter's own reading, that of the first mark, and none for the others.
  @Test func marksDoNotReadTheSensor() throws {
    let sensor = FakeSensor(Array(repeating: 7, count: 100), interval: 1000)
    let meter = try PolledMeter(sensor)
    for _ in 0..<60 { _ = try meter.begin() }
    #expect(sensor.count == 2)
  }
  /// A tenth of a second and half of one, a hundred times.
  @Test func aSlowSensorNeedsALongerWindow() throws {
    #expect(try PolledMeter(SlowSensor()).shortestWindow >= Seconds(60))
  }
  @Test func aFailureBetweenMarksIsNotPapered() throws {
    let meter = try PolledMeter(FakeSensor([1, 1, 1, 1], interval: 0.001))
    let mark = try meter.begin()
    #expect(throws: EnergyError.self) { while true { _ = try meter.energy(since: mark) } }
  }
}

/// A counter of a known load, 10 W with a wave of 6 W, in steps of 61 µJ that show once in a millisecond.
private struct Stepping: EnergyMeter {
  let source = "steps"
  let boundary = Boundary.socket
  let tier = Tier.measured

  static func joules(until t: Double) -> Double { 10 * t - 6 / 7 * (cos(7 * t) - 1) }

  func mark(at now: Seconds) throws(EnergyError) -> EnergyMark {
    let shown = (now.value * 1e3 + 1e-6).rounded(.down) / 1e3
    return EnergyMark(time: now, counters: ["c": UInt64(Self.joules(until: shown) / 61e-6)])
  }
  func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    let used = Joules(Double(end.counters["c"]! - start.counters["c"]!) * 61e-6)
    return EnergyRange(low: used, central: used, high: used, memory: .missing(reason: "none"))
  }
}

@Suite struct EnergyWindowTests {
  /// Two seconds that begin with an update, in a dozen parts that end where a token does.
  @Test(arguments: [2.0, 2.3, 7.77]) func aWindowIsExactToAThousandth(length: Double) throws {
    for begin in [0.125, 1.001, 42.017] {
      let marks = try (0...12).map {
        try Stepping().mark(at: Seconds(begin + length * Double($0) / 12))
      }
      let window = try EnergyWindow(Stepping(), marks, Array(repeating: 40, count: 12))
      let truth = Stepping.joules(until: begin + length) - Stepping.joules(until: begin)
      #expect(abs(window.energy.central.value - truth) < 1e-3 * truth)
      #expect(window.tokens == Tokens(480) && abs(window.length.value - length) < 1e-9)
    }
  }
  /// Draws 10 W for ever and ever.
  private struct Steady: EnergyMeter {
    let source = "steady"
    let boundary = Boundary.wall
    let tier = Tier.measured
    var settling = Seconds.zero
    func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
      let used = Watts(10) * (try length(from: start, to: end))
      return EnergyRange(low: used, central: used, high: used, memory: .missing(reason: "none"))
    }
  }
  @Test func endsWithAWholeRepetition() throws {
    var calls = 0
    let window = try EnergyWindow.measure(Steady(), atLeast: Seconds(0.05), tokens: 3) { calls += 1 }
    // The first one warms up.
    #expect(window.tokens == Tokens((calls - 1) * 3) && window.length >= Seconds(0.05))
    #expect(abs(window.energy.central / window.length / Watts(10) - 1) < 1e-3)
  }
  /// Repetitions of three fifths of a part: each part lasts longer than its twelfth, and yet there are twelve, where the
  /// machine holds up none of them.
  @Test func aWindowHasADozenParts() throws {
    let counts = try (0..<5).map { _ in
      try EnergyWindow.measure(Steady(), atLeast: Seconds(0.24), tokens: 1) {
        Thread.sleep(forTimeInterval: 0.012)
      }.parts.count
    }
    #expect(counts.contains(12) && counts.allSatisfy { $0 <= 12 })
  }
  @Test func workSettlesBeforeTheWindow() throws {
    var calls = 0
    let window = try EnergyWindow.measure(
      Steady(settling: Seconds(0.01)), atLeast: Seconds(0.01), tokens: 1
    ) { calls += 1 }
    #expect(window.tokens < Tokens(calls))
  }
  @Test func theSameWorkTwiceTellsWhatTheMeterCannotSee() throws {
    // Parts of 1 s at 10 W: pairs with 5 % fewer tokens on one side are apart by as much.
    let marks = (0...12).map { EnergyMark(time: Seconds(Double($0))) }
    let even = try EnergyWindow(Steady(), marks, Array(repeating: 100, count: 12))
    #expect(even.smallestDifference.value == 0)
    var tokens = Array(repeating: 100, count: 12)
    for (less, more) in [(0, 7), (8, 3)] { (tokens[less], tokens[more]) = (95, 105) }
    let uneven = try EnergyWindow(Steady(), marks, tokens)
    #expect(abs((uneven.smallestDifference.value ?? 0) - (1 / 0.95 - 1)) < 1e-9)
    let short = try EnergyWindow(Steady(), Array(marks[..<5]), [1, 1, 1, 1])
    #expect(short.smallestDifference.reason?.contains("fewer than 12") == true)
  }
}
