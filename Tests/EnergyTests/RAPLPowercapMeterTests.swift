import FileTrees
import Foundation
import Machine
import Quantities
import Testing

@testable import Energy

let tree = "/sys/class/powercap"

/// Two sockets with dram and core, and what must not be added: psys and a copy of package-0.
func twoSockets() throws -> FileTree {
  let files = try FileTree()
  let zones = [
    ("intel-rapl:0", "package-0"), ("intel-rapl:0:0", "core"), ("intel-rapl:0:1", "dram"),
    ("intel-rapl:1", "package-1"), ("intel-rapl:1:0", "dram"), ("intel-rapl:1:1", "uncore"),
    ("intel-rapl:2", "psys"), ("intel-rapl-mmio:0", "package-0"), ("intel-rapl", "intel-rapl"),
  ]
  for (entry, name) in zones {
    try files.write("\(name)\n", to: "\(tree)/\(entry)/name")
    try files.write("1000000\n", to: "\(tree)/\(entry)/energy_uj")
    try files.write("262143328850\n", to: "\(tree)/\(entry)/max_energy_range_uj")
  }
  return files
}

extension FileTree {
  var root: FileRoot { FileRoot(folder) }
  func set(_ entry: String, _ microjoules: String) throws {
    try write("\(microjoules)\n", to: "\(tree)/\(entry)/energy_uj")
  }
  func advanceAll() throws {
    let zones = FileRoot(folder).list(tree)
    for (index, entry) in zones.enumerated() { try set(entry, "\(2_000_000 + index)") }
  }
}

@Suite struct RAPLPowercapMeterTests {
  let start = Seconds(100)
  let end = Seconds(110)

  @Test func sumsPackagesAndKeepsMemoryApart() throws {
    let files = try twoSockets()
    let meter = try RAPLPowercapMeter(root: files.root)
    let mark = try meter.begin(at: start)
    let values = [
      ("intel-rapl:0", 6), ("intel-rapl:1", 11), ("intel-rapl:0:1", 3), ("intel-rapl:1:0", 2),
      ("intel-rapl:0:0", 500), ("intel-rapl:1:1", 500), ("intel-rapl:2", 500), ("intel-rapl-mmio:0", 500),
    ]
    for (entry, joules) in values { try files.set(entry, "\(joules)000000") }
    let used = try meter.energy(since: mark, at: end)
    #expect(used.central == Joules(15) && used.low == Joules(15) && used.high == Joules(15))
    #expect(used.memory.value == Joules(3))
    #expect(meter.source == "RAPL (package-0, package-1, dram, dram)")
    #expect((meter.boundary, meter.tier) == (.socket, .measured))
  }

  @Test func aCounterMayStartAgainOnce() throws {
    let files = try twoSockets()
    try files.set("intel-rapl:0", "262143000000")
    let meter = try RAPLPowercapMeter(root: files.root)
    let mark = try meter.begin(at: start)
    try files.advanceAll()
    try files.set("intel-rapl:0", "671150")
    try files.set("intel-rapl:1", "1500000")
    let used = try meter.energy(since: mark, at: end)
    #expect(abs(used.central.value - 1.5) < 1e-9)  // 0.328850 + 0.671150 + 0.5
  }

  @Test func aFallThatNoWrapExplainsIsAnError() throws {
    let files = try twoSockets()
    try files.set("intel-rapl:0", "5000000")
    try files.write("junk", to: "\(tree)/intel-rapl:0/max_energy_range_uj")
    let meter = try RAPLPowercapMeter(root: files.root)
    let mark = try meter.begin(at: start)
    try files.advanceAll()
    expectError(contains: "intel-rapl:0/energy_uj fell") { try meter.energy(since: mark, at: end) }
  }

  @Test func aWindowThatCouldHideAWrapIsRefused() throws {
    let files = try twoSockets()
    let meter = try RAPLPowercapMeter(root: files.root)
    #expect(abs(meter.longestWindow.value - 374.5) < 0.1)
    let mark = try meter.begin(at: start)
    try files.advanceAll()
    expectError(contains: "windows of up to 374 s") { try meter.energy(since: mark, at: Seconds(500)) }
  }

  @Test func aCounterThatStandsStillIsAnError() throws {
    let files = try twoSockets()
    let meter = try RAPLPowercapMeter(root: files.root)
    let mark = try meter.begin(at: start)
    expectError(contains: "stood still") { try meter.energy(since: mark, at: end) }
  }

  @Test func twoPartsOfALongWindowMayEachHideAWrap() throws {
    let files = try twoSockets()
    let meter = try RAPLPowercapMeter(root: files.root)
    var marks = [try meter.mark(at: start)]
    for (time, first) in [(400.0, 100_000_000), (700, 262_143_328_850), (1000, 2_000_000)] {
      try files.advanceAll()
      try files.set("intel-rapl:0", "\(first)")
      for (entry, step) in [("intel-rapl:1", 5), ("intel-rapl:0:1", 1), ("intel-rapl:1:0", 1)] {
        try files.set(entry, "\(1_000_000 + Int(time) * step * 1000)")
      }
      marks.append(try meter.mark(at: Seconds(time)))
    }
    let window = try EnergyWindow(meter, marks, [1, 1, 1])
    // 262143.328850 - 1 to the wrap, 2 after it; socket 1: 1000 × 5 mJ.
    #expect(abs(window.energy.central.value - (262_144.32885 + 5)) < 1e-6)
    expectError(contains: "wrap twice") { try meter.energy(from: marks[0], to: marks[3]) }
  }

  @Test(arguments: [(9_000_000, true), (9_100_000, false)]) func mirroredDiesAreFlagged(
    second: Int, flagged: Bool
  )
    throws
  {
    let files = try twoSockets()
    for die in 0...1 { try files.write("package-0-die-\(die)", to: "\(tree)/intel-rapl:\(die)/name") }
    let meter = try RAPLPowercapMeter(root: files.root)
    let mark = try meter.begin(at: start)
    try files.advanceAll()
    try files.set("intel-rapl:0", "9000000")
    try files.set("intel-rapl:1", "\(second)")
    let notes = try meter.energy(since: mark, at: end).notes
    #expect(notes.contains { $0.contains("package-0-die-0 and package-0-die-1 counted the same") } == flagged)
  }

  @Test func equalPackagesAreNoMirrors() throws {
    let files = try twoSockets()
    let meter = try RAPLPowercapMeter(root: files.root)
    let mark = try meter.begin(at: start)
    try files.advanceAll()
    for socket in 0...1 { try files.set("intel-rapl:\(socket)", "9000000") }
    #expect(try meter.energy(since: mark, at: end).notes == [])
  }

  @Test func aForeignMarkIsAnError() throws {
    let files = try twoSockets()
    let meter = try RAPLPowercapMeter(root: files.root)
    expectError(contains: "package-0") { try meter.energy(since: EnergyMark(time: start), at: end) }
  }

  @Test func aDeniedPackageNamesTheCommand() throws {
    let files = try twoSockets()
    try files.deny("\(tree)/intel-rapl:0/energy_uj")
    try files.deny("\(tree)/intel-rapl:1/energy_uj")
    let command = "sudo chmod a+r \(tree)/intel-rapl:0/energy_uj \(tree)/intel-rapl:1/energy_uj"
    expectError(contains: command) { _ = try RAPLPowercapMeter(root: files.root) }
    expectError(contains: "side channel") { _ = try RAPLPowercapMeter(root: files.root) }
  }

  @Test func accessTakenAwayDuringAWindowIsAnError() throws {
    let files = try twoSockets()
    let meter = try RAPLPowercapMeter(root: files.root)
    let mark = try meter.begin(at: start)
    try files.advanceAll()
    try files.deny("\(tree)/intel-rapl:1/energy_uj")
    expectError(contains: "sudo chmod a+r \(tree)/intel-rapl:1/energy_uj") {
      try meter.energy(since: mark, at: end)
    }
  }

  @Test func deniedMemoryLeavesThePackages() throws {
    let files = try twoSockets()
    try files.deny("\(tree)/intel-rapl:1:0/energy_uj")
    let meter = try RAPLPowercapMeter(root: files.root)
    let mark = try meter.begin(at: start)
    try files.set("intel-rapl:0", "2000000")
    try files.set("intel-rapl:1", "2000000")
    let used = try meter.energy(since: mark, at: end)
    #expect(used.central == Joules(2))
    #expect(used.memory.reason?.contains("intel-rapl:1:0/energy_uj") == true)
  }

  @Test(arguments: ["", "many", "-5", "1.5", "99999999999999999999999", "\u{0}\u{1}"])
  func garbageIsAnErrorNotZero(text: String) throws {
    let files = try twoSockets()
    try files.set("intel-rapl:1", text)
    expectError(contains: "intel-rapl:1/energy_uj") { _ = try RAPLPowercapMeter(root: files.root) }
  }

  @Test func noTreeIsAnErrorThatSaysWhere() {
    expectError(contains: tree) { _ = try RAPLPowercapMeter(root: FileRoot("/nowhere")) }
  }
}

/// Expects an `EnergyError` of one line that contains `text`.
func expectError(contains text: String, _ body: () throws -> some Any) {
  let error = #expect(throws: EnergyError.self) { _ = try body() }
  #expect(error?.description.contains(text) == true, "\(error?.description ?? "no error")")
  #expect(error?.description.contains("\n") == false)
}
