import FileTrees
import Foundation
import Machine
import Quantities
import Synchronization
import Testing

@testable import Energy

/// A power PMU with two packages, as an Intel server shows it.
private func powerPMU() throws -> FileTree {
  let folder = "/sys/bus/event_source/devices/power"
  var files = ["\(folder)/type": "17\n", "\(folder)/cpumask": "0,18\n"]
  for (event, number, scale) in [
    ("energy-pkg", "0x02", "2.3283064365386962890625e-10"),
    ("energy-ram", "0x03", "2.3283064365386962890625e-10"),
    ("energy-psys", "0x05", "2.3283064365386962890625e-10"),
  ] {
    files["\(folder)/events/\(event)"] = "event=\(number)\n"
    files["\(folder)/events/\(event).scale"] = "\(scale)\n"
    files["\(folder)/events/\(event).unit"] = "Joules\n"
  }
  files["/proc/sys/kernel/perf_event_paranoid"] = "2\n"
  return try FileTree(files)
}

/// Counters in place of the kernel's: files are numbered from 3 on.
private final class FakePMU: Sendable {
  struct State {
    var opened: [String] = []
    var counts: [Int32: UInt64] = [:]
    var closed: Set<Int32> = []
    var refusal: Int32 = 0
    var failure: Int32 = 0
  }
  let state = Mutex(State())

  var counters: CPUCounters {
    CPUCounters(
      open: { [self] type, config, cpu in
        state.withLock {
          $0.opened.append("\(type) \(config) \(cpu)")
          let file = Int32(2 + $0.opened.count)
          // The last one is refused, so that the others have to be closed again.
          guard $0.refusal == 0 || file < 6 else { return ($0.refusal, -1) }
          $0.counts[file] = 1 << 40
          return (0, file)
        }
      },
      read: { [self] file in state.withLock { ($0.failure, $0.counts[file] ?? 0) } },
      close: { [self] file in state.withLock { _ = $0.closed.insert(file) } })
  }
  func advance(_ counts: [Int32: UInt64]) {
    state.withLock { for (file, count) in counts { $0.counts[file]! += count } }
  }
}

@Suite struct RAPLPerfMeterTests {
  @Test func sumsPackagesAndKeepsMemoryApart() throws {
    let (files, pmu) = (try powerPMU(), FakePMU())
    do {
      let meter = try RAPLPerfMeter(files.root, pmu.counters)
      #expect(pmu.state.withLock { $0.opened } == ["17 2 0", "17 2 18", "17 3 0", "17 3 18"])
      let mark = try meter.begin(at: Seconds(1))
      pmu.advance([3: 1 << 32, 4: 3 << 32, 5: 1 << 31, 6: 1 << 31])
      let used = try meter.energy(since: mark, at: Seconds(2))
      #expect(used.central == Joules(4) && used.memory.value == Joules(1))
      #expect((meter.boundary, meter.tier) == (.socket, .measured))
    }
    #expect(pmu.state.withLock { $0.closed } == [3, 4, 5, 6])
  }
  @Test func aCounterThatStandsStillIsAnError() throws {
    let (files, pmu) = (try powerPMU(), FakePMU())
    let meter = try RAPLPerfMeter(files.root, pmu.counters)
    let mark = try meter.begin(at: Seconds(1))
    pmu.advance([3: 5])
    expectError(contains: "energy-pkg of CPU 18 stood still") {
      try meter.energy(since: mark, at: Seconds(2))
    }
  }
  @Test func aRefusalNamesTheCommandAndLeavesNothingOpen() throws {
    let (files, pmu) = (try powerPMU(), FakePMU())
    pmu.state.withLock { $0.refusal = 13 }
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    expectError(contains: "sudo setcap cap_perfmon+ep \(program), ") {
      try RAPLPerfMeter(files.root, pmu.counters)
    }
    expectError(contains: "perf_event_paranoid is 2") { try RAPLPerfMeter(files.root, pmu.counters) }
    #expect(pmu.state.withLock { $0.closed.isSuperset(of: [3, 4, 5]) })
  }
  @Test func aFailedReadIsAnErrorNotZero() throws {
    let (files, pmu) = (try powerPMU(), FakePMU())
    let meter = try RAPLPerfMeter(files.root, pmu.counters)
    pmu.state.withLock { $0.failure = 5 }
    expectError(contains: "energy-pkg of CPU 0") { try meter.begin() }
  }
  @Test func noPMUIsAnAbsence() {
    let error = #expect(throws: EnergyError.self) { try RAPLPerfMeter(root: FileRoot("/nowhere")) }
    #expect(error?.isAbsence == true)
  }
  @Test(arguments: ["cpumask", "events/energy-pkg", "events/energy-pkg.scale", "events/energy-pkg.unit"])
  func damagedFilesAreErrors(file: String) throws {
    let files = try powerPMU()
    try files.write("x-y", to: "/sys/bus/event_source/devices/power/\(file)")
    expectError(contains: "energy-pkg") {
      do { return try RAPLPerfMeter(files.root, FakePMU().counters) } catch {
        throw EnergyError("\(error)".replacing("cpumask", with: "energy-pkg"))
      }
    }
  }
  private final class Looks: Sendable {
    let count = Mutex(0)
    func next() -> Int {
      count.withLock {
        $0 += 1
        return $0
      }
    }
  }
  /// The counter moves at every fifth look: the window begins right after.
  @Test func aWindowBeginsWithAnUpdate() throws {
    let (files, looks) = (try powerPMU(), Looks())
    let stepping = CPUCounters(
      open: { _, _, _ in (0, 3) }, read: { _ in (0, UInt64(looks.next() / 5)) }, close: { _ in })
    let meter = try RAPLPerfMeter(files.root, stepping)
    looks.count.withLock { $0 = 6 }
    meter.awaitUpdate()
    #expect(looks.count.withLock { $0 } == 10)
  }
  @Test(arguments: [("0", [0]), ("0,18", [0, 18]), ("0-2,4", [0, 1, 2, 4])])
  func readsListsOfCPUs(text: String, cpus: [Int]) { #expect(RAPLPerfMeter.numbers(text) == cpus) }
}
