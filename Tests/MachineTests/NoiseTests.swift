import FileTrees
import Foundation
import Quantities
import Testing

@testable import Machine

/// Time that only work makes pass, and files that change while it does.
final class FakeMachine {
  let tree: FileTree
  var time = 0.0
  /// Seconds for a round; may change from lap to lap.
  var secondsPerRound: (_ lap: Int) -> Double = { _ in 1e-7 }
  /// Called once, in the midst of it.
  var meanwhile: () throws -> Void = {}
  private var laps = 0

  init(_ files: [String: String] = [:]) throws { tree = try FileTree(files) }

  var root: FileRoot { FileRoot(tree.folder) }
  func now() -> Seconds { Seconds(time) }

  var probe: NoiseProbe {
    NoiseProbe(
      root: root, now: now,
      work: { rounds in
        self.laps += 1
        if self.laps == 50 { try? self.meanwhile() }
        self.time += Double(rounds) * self.secondsPerRound(self.laps)
      })
  }

  /// `/proc/stat` of two CPUs; each line: busy, idle, steal.
  func setTicks(_ first: [Int], _ second: [Int]) throws {
    func line(_ name: String, _ ticks: [Int]) -> String {
      "\(name) \(ticks[0]) 0 0 \(ticks[1]) 0 0 0 \(ticks[2]) 0 0"
    }
    let all = zip(first, second).map(+)
    try tree.write(
      [line("cpu ", all), line("cpu0", first), line("cpu1", second), "intr 1"].joined(separator: "\n"),
      to: "/proc/stat")
  }

  /// `/proc/self/stat` of a program with an awkward name.
  func setOwn(_ used: Int, cpu: Int = 0) throws {
    var fields = Array(repeating: "0", count: 50)
    (fields[0], fields[11], fields[36]) = ("R", "\(used)", "\(cpu)")
    try tree.write("1 (a) b) " + fields.joined(separator: " "), to: "/proc/self/stat")
  }
}

@Suite struct NoiseScaleTests {
  @Test func pointsAreLogarithmicBetweenTheBounds() {
    let scale = NoisePart.Scale(harmless: 0.01, hopeless: 1)
    #expect(scale.points(0) == 0 && scale.points(0.01) == 0)
    #expect(abs(scale.points(0.1) - 50) < 1e-9)
    #expect(scale.points(1) == 100 && scale.points(40) == 100)
  }

  @Test func everyKindHasAScaleAndNothingMissingCosts() {
    for kind in NoisePart.Kind.allCases {
      #expect(NoisePart.scales[kind] != nil)
      #expect(NoisePart(kind, .measured(1e9)).points > 0 && NoisePart(kind, .measured(0)).points == 0)
      #expect(NoisePart(kind, .missing(reason: "why")).points == 0)
    }
  }

  @Test func theWorstPartIsTheScore() {
    let parts = [
      NoisePart(.jitter, .measured(0.05)), NoisePart(.turbo, .measured(1)), NoisePart(.steal, .measured(0)),
    ]
    let report = NoiseReport(duration: Seconds(1), parts: parts)
    #expect(report.score == 100 && report.word == .noisy)
    #expect(report.causes.map(\.kind) == [.jitter, .turbo])
    #expect(NoiseReport(duration: Seconds(1), parts: Array(parts[1...])).word == .usable)
    #expect(NoiseReport(duration: Seconds(1), parts: [parts[2]]).word == .quiet)
  }

  @Test func survivesJSON() throws {
    let report = NoiseReport(
      duration: Seconds(1),
      parts: [NoisePart(.jitter, .measured(0.02)), NoisePart(.steal, .missing(reason: "x"))])
    #expect(try JSONDecoder().decode(NoiseReport.self, from: JSONEncoder().encode(report)) == report)
  }
}

@Suite struct NoiseProbeTests {
  private func amount(_ report: NoiseReport, _ kind: NoisePart.Kind) -> Reading<Double> {
    report.parts.first { $0.kind == kind }?.amount ?? .missing(reason: "no such part")
  }

  @Test func aSilentMachineScoresZero() throws {
    let machine = try FakeMachine(["/proc/self/status": "Cpus_allowed_list: 0-1"])
    try machine.setTicks([100, 100, 0], [100, 100, 0])
    try machine.setOwn(50)
    machine.meanwhile = {
      // Ours is the only work.
      try machine.setTicks([200, 100, 0], [100, 200, 0])
      try machine.setOwn(150)
    }
    let report = machine.probe.listen(for: Seconds(0.5))
    #expect(report.score == 0 && report.word == .quiet)
    #expect(amount(report, .jitter) == .measured(0) && amount(report, .others) == .measured(0))
    #expect(report.duration.value > 0.5 && report.duration.value < 0.6)
  }

  @Test func spreadAndSlowLapsAreSeen() throws {
    let machine = try FakeMachine()
    // Half of the laps 2 % faster, half 2 % slower, one in twenty four times as long.
    machine.secondsPerRound = { 1e-7 * ($0 % 20 == 0 ? 4 : $0 % 2 == 0 ? 1.02 : 0.98) }
    let report = machine.probe.listen(for: Seconds(0.5))
    let jitter = try #require(amount(report, .jitter).value)
    #expect(jitter > 0.02 && jitter < 0.07)
    #expect(try #require(amount(report, .excursions).value) > 2.8)
    #expect(report.word == .noisy)
  }

  @Test func countersOfTheKernelAreDifferences() throws {
    let machine = try FakeMachine([
      "/proc/self/status": "Cpus_allowed_list: 0-1", "/proc/pressure/cpu": "some avg10=9.9 total=1000000\n",
      "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list": "0-1",
      "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "7",
    ])
    try machine.setTicks([1000, 1000, 500], [1000, 1000, 500])
    try machine.setOwn(0)
    machine.meanwhile = {
      try machine.setTicks([1050, 1040, 511], [1060, 1040, 500])
      try machine.setOwn(49)
      try machine.tree.write("some avg10=0 total=1100000\n", to: "/proc/pressure/cpu")
      try machine.tree.write("8", to: "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count")
    }
    let report = machine.probe.listen(for: Seconds(1))
    func near(_ kind: NoisePart.Kind, _ value: Double) -> Bool {
      amount(report, kind).value.map { abs($0 - value) < 1e-3 } ?? false
    }
    #expect(near(.steal, 10.0 / 121) && near(.others, 60.0 / 201) && near(.sibling, 59.0 / 100))
    #expect(near(.waiting, 0.1) && near(.throttle, 1))
    #expect(report.score == 100)
  }

  @Test func oneTickIsNoEvidence() throws {
    let machine = try FakeMachine(["/proc/self/status": "Cpus_allowed_list: 0-1"])
    try machine.setTicks([0, 0, 0], [0, 0, 0])
    try machine.setOwn(0)
    machine.meanwhile = { try machine.setTicks([1, 19, 1], [0, 20, 0]) }
    let report = machine.probe.listen(for: Seconds(0.2))
    #expect(amount(report, .steal) == .measured(0) && amount(report, .others) == .measured(0))
  }

  @Test func settingsCount() throws {
    let machine = try FakeMachine([
      "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor": "powersave",
      "/sys/devices/system/cpu/intel_pstate/no_turbo": "0",
    ])
    let report = machine.probe.listen(for: Seconds(0.01))
    #expect(amount(report, .governor) == .measured(1) && amount(report, .turbo) == .measured(1))
    #expect(report.word == .usable && report.score == 50)
  }

  @Test func whatCannotBeReadNamesItsPath() throws {
    let machine = try FakeMachine()
    let report = machine.probe.listen(for: Seconds(0.01))
    for kind in NoisePart.Kind.allCases where ![.jitter, .excursions].contains(kind) {
      #expect(amount(report, kind).reason?.contains("/") == true, "\(kind)")
    }
  }

  @Test func aClockThatStandsStillEndsToo() throws {
    let root = FileRoot("/nowhere")
    let report = NoiseProbe(root: root, now: { Seconds(5) }, work: { _ in }).listen(for: Seconds(1))
    #expect(amount(report, .jitter).reason == "the clock stands still" && report.score == 0)
  }

  @Test func listensToTheRunningMachine() {
    var time = timespec()
    let probe = NoiseProbe(now: {
      clock_gettime(CLOCK_MONOTONIC, &time)
      return Seconds(Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
    })
    let report = probe.listen(for: Seconds(0.05))
    #expect(Set(report.parts.map(\.kind)) == Set(NoisePart.Kind.allCases))
    #expect((0...100).contains(report.score))
    #expect(amount(report, .jitter).value != nil && amount(report, .excursions).value != nil)
  }
}
