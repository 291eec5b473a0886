import FileTrees
import Glibc
import Quantities
import Testing

@testable import Machine

@Suite struct ProcessUsageTests {
  @Test func newPagesAreFaults() throws {
    let before = try #require(ProcessUsage.now().value)
    // Fresh from the kernel: what malloc has at hand may have been touched before.
    let length = 512 << 12
    let memory = try #require(
      mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    defer { munmap(memory, length) }
    for page in 0..<512 { memory.storeBytes(of: 1, toByteOffset: page << 12, as: UInt8.self) }
    let used = try #require(ProcessUsage.now().value).since(before)
    // One fault may bring a huge page.
    #expect(used.minorFaults > 0 && used.majorFaults >= 0)
    #expect(used.voluntarySwitches >= 0 && used.involuntarySwitches >= 0)
  }
  @Test func differences() {
    let early = ProcessUsage(minorFaults: 1, majorFaults: 2, voluntarySwitches: 3, involuntarySwitches: 4)
    let late = ProcessUsage(minorFaults: 11, majorFaults: 22, voluntarySwitches: 33, involuntarySwitches: 44)
    #expect(
      late.since(early)
        == ProcessUsage(minorFaults: 10, majorFaults: 20, voluntarySwitches: 30, involuntarySwitches: 40))
  }

  @Test func thePeakOfMemoryIsReadInBytes() throws {
    let tree = try FileTree([
      "/proc/self/status": "Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t     1234 kB\nVmRSS:\t 1 kB\n"
    ])
    #expect(PeakMemory.read(root: FileRoot(tree.folder)) == .measured(Bytes(1234 * 1024)))
    #expect((PeakMemory.read().value?.value ?? 0) > 1e6)
  }
  @Test(arguments: ["Name:\tx\n", "VmHWM:\t\n", "VmHWM: many kB\n", "VmHWM: 12 MB\n", "VmHWM: -1 kB\n"])
  func damagedStatusIsMissing(text: String) throws {
    let tree = try FileTree(["/proc/self/status": text])
    #expect(PeakMemory.read(root: FileRoot(tree.folder)).reason == "/proc/self/status: no VmHWM")
  }
  @Test func thePeakStartsAfresh() throws {
    let tree = try FileTree(["/proc/self/clear_refs": "0"])
    try PeakMemory.restart(root: FileRoot(tree.folder))
    #expect(try FileRoot(tree.folder).contents("/proc/self/clear_refs") == "5")
    let error = #expect(throws: FileProblem.self) { try PeakMemory.restart(root: FileRoot("/nonexistent")) }
    #expect(error?.path == "/proc/self/clear_refs")
  }

  @Test func theClockIsThatOfTheFastestDomain() throws {
    let folder = "/sys/devices/system/cpu/cpufreq"
    let tree = try FileTree([
      "\(folder)/policy0/scaling_cur_freq": "1400000\n", "\(folder)/policy4/scaling_cur_freq": "2800000\n",
      "\(folder)/other": "9",
    ])
    #expect(MachineNow.clock(root: FileRoot(tree.folder)) == .measured(2.8e9))
    #expect(MachineNow.clock(root: FileRoot("/nonexistent")).reason?.contains("scaling_cur_freq") == true)
    #expect(MachineNow.temperature(root: FileRoot("/nonexistent")).value == nil)
  }
}
