import FileTrees
import Foundation
import Quantities
import Testing

@testable import Machine

@Suite struct RunWatchTests {
  static let policy = "/sys/devices/system/cpu/cpufreq/policy0"
  static let count = "/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count"
  static let fan = "/sys/class/thermal/cooling_device0", slower = "/sys/class/thermal/cooling_device1"
  static let files = [
    "/proc/self/status": "Cpus_allowed_list: 0-1",
    "/proc/self/task/1/status": "voluntary_ctxt_switches:\t9\nnonvoluntary_ctxt_switches:\t5\n",
    "/proc/self/task/2/status": "nonvoluntary_ctxt_switches: 7", "\(policy)/scaling_governor": "performance",
    "\(policy)/scaling_cur_freq": "2400000", "\(policy)/scaling_max_freq": "2400000", count: "3",
    "/sys/devices/system/cpu/cpu1/thermal_throttle/package_throttle_count": "3",
    "\(fan)/type": "pwm-fan", "\(fan)/cur_state": "0", "\(slower)/type": "thermal-cpufreq-0",
    "\(slower)/cur_state": "1", ThrottleState.firmwareFile: "50000",
  ]

  /// What a watch found where `change` happened between two looks and was over at the end, if `passes`.
  private func conditions(
    after change: (FakeMachine) throws -> Void, passes: Bool = false, lasting: Double = 10
  ) throws -> RunConditions {
    let machine = try FakeMachine(Self.files)
    try machine.setTicks([0, 0, 0], [0, 0, 0])
    try machine.setOwn(0)
    var watch = RunWatch(root: machine.root, now: machine.now)
    watch.look()
    try change(machine)
    machine.time += lasting
    if passes {
      watch.look()
      for (path, text) in Self.files { try machine.tree.write(text, to: path) }
    }
    return watch.conditions()
  }

  @Test func nothingHappened() throws {
    let found = try conditions { try $0.setTicks([900, 100, 9], [900, 100, 9]) }
    #expect(found.findings == [] && found.duration == Seconds(10))
    #expect(found.throttleEvents == .measured(0) && found.coolingRise == .measured(0))
    #expect(found.firmware == .measured([]) && found.lowestClockShare == .measured(1))
    #expect(found.preemptions == .measured(0) && found.stealShare == .measured(18.0 / 1818))
  }

  @Test func aThrottleCounterThatMovedIsFound() throws {
    let found = try conditions { try $0.tree.write("5", to: Self.count) }
    #expect(found.throttleEvents == .measured(2))
    #expect(found.findings == ["the CPU throttled for heat (its counter rose by 2, bound 0): cool it better"])
  }

  @Test(arguments: [false, true]) func aSlowedCPUIsFoundAlsoWhenItIsOver(passes: Bool) throws {
    let cooled = try conditions(
      after: { try $0.tree.write("4", to: "\(Self.slower)/cur_state") }, passes: passes)
    #expect(cooled.findings == ["cooling slowed the CPU (by 3 levels, bound 0): cool it better"])
    let slow = try conditions(
      after: { try $0.tree.write("2256000", to: "\(Self.policy)/scaling_cur_freq") }, passes: passes)
    #expect(slow.lowestClockShare == .measured(0.94))
    #expect(slow.findings == ["the clock fell to 94.0 % of the set one (bound 95.0 %)"])
    let bits = try conditions(
      after: { try $0.tree.write("50005", to: ThrottleState.firmwareFile) }, passes: passes)
    #expect(bits.findings.count == 1 && bits.firmware == .measured(["under-voltage", "throttled"]))
  }

  @Test func whatIsHarmlessIsNotHeldAgainstIt() throws {
    let fan = try conditions { try $0.tree.write("4", to: "\(Self.fan)/cur_state") }
    #expect(fan.findings == [])
    let slightly = try conditions { try $0.tree.write("2281000", to: "\(Self.policy)/scaling_cur_freq") }
    #expect(slightly.findings == [])
    // The sticky bits were there before.
    #expect(try conditions { try $0.tree.write("50000", to: ThrottleState.firmwareFile) }.findings == [])
    // A CPU that was taken out and put in again counts from zero.
    #expect(try conditions { try $0.tree.write("0", to: Self.count) }.findings == [])
  }

  @Test func newStickyBitsAreFound() throws {
    let found = try conditions { try $0.tree.write("d0000", to: ThrottleState.firmwareFile) }
    #expect(found.firmware == .measured(["soft temperature limit"]) && found.findings.count == 1)
  }

  @Test func stolenTimeIsAShareOfWhatWasWanted() throws {
    let much = try conditions { try $0.setTicks([97, 5000, 3], [0, 5000, 0]) }
    #expect(much.stealShare == .measured(0.03))
    #expect(much.findings == ["the hypervisor took 3.00 % of the CPU time (bound 1.00 %)"])
    let short = try conditions { try $0.setTicks([50, 0, 49], [0, 100, 0]) }
    #expect(short.stealShare.reason?.contains("/proc/stat") == true && short.findings == [])
  }

  @Test func othersAndLostCPUsAreRemarks() throws {
    let found = try conditions {
      try $0.setTicks([1000, 0, 0], [500, 500, 0])
      try $0.setOwn(900)
      try $0.tree.write("nonvoluntary_ctxt_switches: 607", to: "/proc/self/task/2/status")
    }
    #expect(found.othersShare == .measured(0.3) && found.preemptions == .measured(600))
    #expect(found.findings == [] && found.remarks.count == 2)
    #expect(found.remarks[0].contains("30.0 %") && found.remarks[1].contains("60.0 times per second"))
  }

  @Test(arguments: [("ondemand", "0"), ("performance", "1")])
  func clocksThatNobodySetAreNotJudged(governor: String, turbo: String) throws {
    let machine = try FakeMachine(Self.files)
    try machine.tree.write(governor, to: "\(Self.policy)/scaling_governor")
    try machine.tree.write(turbo, to: "/sys/devices/system/cpu/cpufreq/boost")
    var watch = RunWatch(root: machine.root, now: machine.now)
    try machine.tree.write("600000", to: "\(Self.policy)/scaling_cur_freq")
    let found = watch.conditions()
    #expect(found.lowestClockShare.reason?.contains("clock is") == true && found.findings == [])
  }

  @Test func whatCannotBeReadNamesItsPath() throws {
    var watch = RunWatch(root: FileRoot("/nowhere"), now: { Seconds(0) })
    let found = watch.conditions()
    let reasons = [
      found.throttleEvents.reason, found.coolingRise.reason, found.firmware.reason, found.stealShare.reason,
      found.lowestClockShare.reason, found.othersShare.reason, found.preemptions.reason,
    ]
    for reason in reasons { #expect(reason?.contains("/") == true) }
    #expect(found.findings == [] && found.remarks == [])
  }

  @Test func damagedFilesAreMissing() throws {
    let machine = try FakeMachine(Self.files.mapValues { _ in "\u{0}x -1 nan" })
    try machine.tree.write("cpu 1 2\ncpu0 a b c", to: "/proc/stat")
    var watch = RunWatch(root: machine.root, now: machine.now)
    watch.look()
    let found = watch.conditions()
    #expect(found.findings == [] && found.stealShare.value == nil && found.throttleEvents.value == nil)
  }

  @Test func survivesJSON() throws {
    let found = try conditions { try $0.setTicks([97, 5000, 3], [0, 5000, 0]) }
    #expect(try JSONDecoder().decode(RunConditions.self, from: JSONEncoder().encode(found)) == found)
  }
}
