import Energy
import FileTrees
import Foundation
import Machine
import Quantities
import Testing

@Suite struct FixedWattsMeterTests {
  @Test func multipliesByTheWindow() throws {
    let meter = try FixedWattsMeter(Watts(12.5))
    let used = try meter.energy(since: try meter.begin(at: Seconds(3)), at: Seconds(5))
    #expect((used.low, used.central, used.high) == (Joules(25), Joules(25), Joules(25)))
    #expect(used.memory.value == nil)
    #expect((meter.boundary, meter.tier) == (.wall, .estimated))
  }
  @Test(arguments: [0, -1, .nan, .infinity]) func refusesWhatIsNoPower(watts: Double) {
    expectError(contains: "is no power") { _ = try FixedWattsMeter(Watts(watts)) }
  }
  @Test(arguments: [3.0, 2.0]) func refusesAWindowWithoutLength(end: Double) throws {
    let meter = try FixedWattsMeter(Watts(1))
    expectError(contains: "window") {
      try meter.energy(since: EnergyMark(time: Seconds(3)), at: Seconds(end))
    }
  }
  @Test func theClockRuns() throws {
    let meter = try FixedWattsMeter(Watts(1))
    let mark = try meter.begin()
    while MonotonicTime.now == mark.time {}
    #expect(try meter.energy(since: mark).central > .zero)
  }
}

@Suite struct ProxyPowerModelTests {
  @Test(arguments: [(1, 12.9 + 0.3), (4, 51)]) func addsBusyCoresToIdle(cores: Int, watts: Double) {
    let assumed = ProxyAssumptions(
      machine: "m", boundary: .wall, idle: WattsRange(0.3, 0.6, 0.9), perBusyCore: WattsRange(12, 12.6, 13),
      origin: "")
    let power = ProxyPowerModel(assumed, busyCores: cores).power
    #expect(abs(power.central.value - watts) < 1e-9)
    #expect(power.low < power.central && power.central < power.high)
  }
  @Test func isARangeAndAProxy() throws {
    let model = ProxyPowerModel(.x86Server, busyCores: 2)
    let used = try model.energy(since: try model.begin(at: Seconds(0)), at: Seconds(10))
    #expect((used.low, used.central, used.high) == (Joules(40), Joules(75), Joules(180)))
    #expect((model.tier, model.boundary) == (.proxy, .socket))
    #expect(ProxyPowerModel(.x86Server, busyCores: 0).busyCores == 1)
  }
  @Test(arguments: [
    ProxyAssumptions.x86Server, .armServer, .x86Desktop, .armBoard,
  ])
  func assumptionsAreOrderedAndExplained(all: ProxyAssumptions) throws {
    #expect(all.idle.low <= all.idle.central && all.idle.central <= all.idle.high)
    #expect(all.perBusyCore.low < all.perBusyCore.central && all.perBusyCore.central < all.perBusyCore.high)
    #expect(all.origin.lowercased().contains("assumption") && !all.origin.contains("\n"))
    let copy = try JSONDecoder().decode(ProxyAssumptions.self, from: try JSONEncoder().encode(all))
    #expect(copy == all)
  }
  @Test(arguments: [
    ("AMD EPYC", nil, "x86_64", "none", "x86 server"), ("AMD Ryzen 9", nil, "x86_64", "none", "x86 desktop"),
    ("AMD Ryzen 9", nil, "x86_64", "KVM", "x86 server"),
    ("Neoverse-N1", nil, "aarch64", "none", "Arm server"),
    ("Cortex-A76", "Xunlong Orange Pi 5", "aarch64", "none", "Arm board"),
  ])
  func suitTheMachine(cpu: String, board: String?, arch: String, hypervisor: String, machine: String) {
    var facts = MachineFacts.read(root: FileRoot("/nowhere"))
    (facts.cpuModel, facts.architecture, facts.hypervisor) = (.measured(cpu), arch, .measured(hypervisor))
    if let board { facts.board = .measured(board) }
    #expect(ProxyAssumptions.suited(to: facts).machine == machine)
  }
}

@Suite struct EnergyMetersTests {
  @Test func theUsersWattsComeFirst() throws {
    let files = try twoSockets()
    let best = try EnergyMeters.best(root: files.root, request: .watts(Watts(9)), proxy: usualProxy())
    #expect(best.meter is FixedWattsMeter && best.notes.isEmpty && best.assumptions.count == 1)
    expectError(contains: "is no power") {
      _ = try EnergyMeters.best(root: files.root, request: .watts(.zero), proxy: usualProxy())
    }
  }
  @Test func raplComesNext() throws {
    let files = try twoSockets()
    let best = try EnergyMeters.best(root: files.root, proxy: usualProxy())
    #expect(best.meter.source.hasPrefix("RAPL"))
    #expect(best.notes.count == 1 && best.assumptions.isEmpty)
  }
  @Test func theProxySaysWhyAndHowToDoBetter() throws {
    let files = try twoSockets()
    try files.deny("\(tree)/intel-rapl:0/energy_uj")
    let best = try EnergyMeters.best(root: files.root, proxy: usualProxy())
    #expect(best.meter.tier == .proxy)
    #expect(best.notes[0].hasSuffix("sudo chmod a+r \(tree)/intel-rapl:0/energy_uj"))
    #expect(best.notes.count == 1 && best.notes[0].contains("not measured"))
    #expect(best.assumptions == [(best.meter as? ProxyPowerModel)?.assumptions.origin])
  }
  @Test func twoThreadsOfACoreCountOnce() throws {
    var smt = nowhere
    (smt.usableCores, smt.physicalCores) = (8, .measured(4))
    #expect((MeterChoice.proxy(smt, busyThreads: 8).meter as? ProxyPowerModel)?.busyCores == 4)
  }
}

/// Facts of no machine.
let nowhere = MachineFacts.read(root: FileRoot("/nowhere"))
func usualProxy() -> MeterChoice { .proxy(nowhere, busyThreads: 2) }
