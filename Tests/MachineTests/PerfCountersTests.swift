import CMachine
import Dispatch
import FileTrees
import Foundation
import Glibc
import Quantities
import Testing

@testable import Machine

@Suite struct CounterValuesTests {
  private func reading(_ counts: [CounterEvent: [EventCount]]) -> CounterReading {
    CounterReading(counts: counts.mapValues { .measured($0) })
  }
  private func values(_ before: EventCount, _ after: EventCount) -> CounterValues {
    reading([.instructions: [after]]).since(reading([.instructions: [before]]))
  }

  @Test func differencesAreOfCountAndTimes() {
    let found = values(
      EventCount(count: 100, enabled: 50, running: 50), EventCount(count: 1100, enabled: 250, running: 250))
    #expect(found.instructions == .measured(1000) && found.countedShare == .measured(1))
    #expect(found.cycles.reason == "cycles: not opened" && found[.instructions] == found.instructions)
  }

  /// Scaled by the times of the interval, not by those since the counters were opened.
  @Test func sharedCountersAreScaledUp() {
    let found = values(
      EventCount(count: 100, enabled: 100, running: 100), EventCount(count: 400, enabled: 500, running: 200))
    #expect(found.instructions == .measured(1200) && found.countedShare == .measured(0.25))
  }

  @Test func aCounterThatNeverRanIsMissingAndNotZero() {
    let found = values(.zero, EventCount(count: 0, enabled: 10, running: 0))
    #expect(found.instructions.reason == "instructions: others had the CPU's counters all the time")
    #expect(found.countedShare.reason == "no counter ran")
    #expect(values(.zero, .zero).instructions == .measured(0))
  }

  @Test func wrapsAreNoJumps() {
    let found = values(
      EventCount(count: .max - 9, enabled: .max, running: .max), EventCount(count: 90, enabled: 4, running: 4)
    )
    #expect(found.instructions == .measured(100))
  }

  @Test func threadsAreScaledOneByOne() {
    let after = [
      EventCount(count: 100, enabled: 10, running: 5), EventCount(count: 7, enabled: 30, running: 30), .zero,
    ]
    let before = reading([.cycles: [.zero, .zero, .zero]])
    let found = reading([.cycles: after]).since(before)
    #expect(found.cycles == .measured(207) && found.countedShare == .measured(35.0 / 40))
    let starved = after + [EventCount(count: 0, enabled: 1, running: 0)]
    let more = reading([.cycles: [.zero, .zero, .zero, .zero]])
    #expect(reading([.cycles: starved]).since(more).cycles.value == nil)
  }

  @Test func survivesJSON() throws {
    for values in [
      values(.zero, EventCount(count: 3, enabled: 1, running: 1)), CounterValues.missing(reason: "why"),
    ] {
      let text = try JSONEncoder().encode(values)
      #expect(try JSONDecoder().decode(CounterValues.self, from: text) == values)
    }
  }
}

@Suite struct PerfCountersTests {
  /// An event that the kernel counts itself, so that it is there without a PMU: page faults.
  static let faults: [CounterEvent: PerfCounters.Code] = [.cycles: .init(type: 1, config: 2)]

  /// Touches so many new pages.
  private static func touch(_ pages: Int) {
    let size = pages * 4096
    guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      memory != MAP_FAILED
    else { return }
    madvise(memory, size, 15)  // MADV_NOHUGEPAGE: one fault for each page
    for offset in stride(from: 0, to: size, by: 4096) {
      memory.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
    }
    munmap(memory, size)
  }

  private func work() {
    var seed: UInt64 = 1
    for _ in 0..<50 { seed = cm_spin(seed, 100_000) }
    #expect(seed != 0)
  }

  /// One of the two must be: figures that are plausible, or a reason.
  @Test func countsOrTellsWhyNot() {
    do {
      let counters = try PerfCounters()
      let before = counters.read()
      work()
      let found = counters.read().since(before)
      // Each round is four instructions or so on every CPU.
      if let count = found.instructions.value { #expect(count > 5e6 && count < 1e9) }
      #expect(CounterEvent.allCases.contains { found[$0].value != nil })
    } catch {
      #expect(error.description.hasPrefix("perf_event_open: "))
    }
  }

  @Test func threadsFromBeforeAndAfterCount() throws {
    let go = DispatchSemaphore(value: 0), ready = DispatchSemaphore(value: 0)
    let old = Thread {
      ready.signal()
      go.wait()
      Self.touch(1000)
    }
    old.start()
    ready.wait()
    guard let counters = try? PerfCounters(Self.faults) else {
      go.signal()
      return
    }
    let before = counters.read()
    go.signal()
    while !old.isFinished { usleep(1000) }
    let first = try #require(counters.read().since(before).cycles.value)
    #expect(first >= 1000)
    let new = Thread { Self.touch(3000) }
    new.start()
    while !new.isFinished { usleep(1000) }
    #expect(try #require(counters.read().since(before).cycles.value) >= first + 3000)
  }

  @Test func anEventThatIsNotThereLeavesTheOthers() throws {
    var codes = Self.faults
    codes[.instructions] = .init(type: 0xFFFF, config: 0)
    guard let counters = try? PerfCounters(codes) else { return }
    let before = counters.read(), values = counters.read().since(before)
    #expect(values.instructions.reason?.hasPrefix("perf_event_open: ") == true)
    #expect(values.cycles.value != nil && values.cacheMisses.reason == "cache_misses: not opened")
  }

  @Test func reasonsSayWhatToDo() throws {
    let strict = try FileTree(["/proc/sys/kernel/perf_event_paranoid": "4\n"])
    let usual = try FileTree([
      "/proc/sys/kernel/perf_event_paranoid": "2\n", "/proc/cpuinfo": "flags : fpu hypervisor\n",
    ])
    let bare = try FileTree(["/proc/cpuinfo": "flags : fpu\n"])
    func reason(_ code: Int32, _ tree: FileTree) -> String {
      PerfCounters.reason(code, FileRoot(tree.folder))
    }
    #expect(
      reason(EACCES, strict)
        == "perf_event_open: permission denied; kernel.perf_event_paranoid is 4: "
        + "sudo sysctl kernel.perf_event_paranoid=2")
    #expect(reason(EPERM, usual).contains("--cap-add PERFMON"))
    #expect(reason(EPERM, bare).contains("/proc/sys/kernel/perf_event_paranoid cannot be read"))
    #expect(reason(ENOENT, usual).contains("this virtual machine has no PMU"))
    #expect(reason(ENOENT, bare).contains("the kernel knows no counters of this CPU"))
    #expect(reason(EMFILE, bare).contains("ulimit -n"))
  }

  @Test func filesAreClosed() throws {
    func open() -> Int { FileRoot.host.list("/proc/self/fd").count { link("/proc/self/fd/\($0)") } }
    let before = open()
    for _ in 0..<100 { _ = try? PerfCounters(Self.faults).read() }
    // Other tests may hold counters meanwhile.
    #expect(open() < before + 100)
  }
  private func link(_ path: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path))?.contains("perf_event") == true
  }
}
