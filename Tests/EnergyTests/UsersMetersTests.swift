import FileTrees
import Foundation
import Machine
import Quantities
import Testing

@testable import Energy

@Suite struct CommandSensorTests {
  @Test(arguments: [("echo 12.5", 12.5), ("echo 7 W", 7), ("printf ' 3.25\\n'", 3.25)])
  func takesTheNumber(command: String, watts: Double) throws {
    #expect(try CommandSensor(command).power() == Watts(watts))
  }
  @Test(arguments: ["echo", "echo off", "echo 0", "echo -3", "echo nan", "echo 1 2", "true"])
  func whatIsNoPowerIsAnError(command: String) {
    expectError(contains: "--meter-command") { try CommandSensor(command).power() }
  }
  @Test(arguments: ["exit 3", "kill -9 $$", "no-such-program-here 2>/dev/null"])
  func aCommandThatFailsIsAnError(command: String) {
    expectError(contains: "ended with status") { try CommandSensor(command).power() }
  }
  /// A password may be among its arguments.
  @Test func theCommandsArgumentsAreNotStored() {
    #expect(CommandSensor("/opt/bin/plug --user me:secret").source == "the user's meter by plug")
  }
  @Test func muchOutputIsCutAndNotAHang() {
    expectError(contains: "printed") { try CommandSensor("head -c 300000 /dev/zero | tr '\\0' x").power() }
  }
  @Test func nvidiaCardsAreSummed() throws {
    #expect(try NVIDIASensor.sum(of: "61.03\n58.97\n") == Watts(120))
    expectError(contains: "[N/A]") { try NVIDIASensor.sum(of: "[N/A]\n") }
    expectError(contains: "no card") { try NVIDIASensor.sum(of: "") }
    let files = try FileTree()
    #expect(throws: EnergyError.self) { try NVIDIASensor(root: files.root) }
    try files.script("echo 250.5", at: "/usr/bin/nvidia-smi")
    #expect(try NVIDIASensor(root: files.root).power() == Watts(250.5))
  }
}

@Suite struct CSVMeterTests {
  private func file(_ text: String) throws -> (FileTree, String) {
    let files = try FileTree(["/meter.csv": text])
    return (files, files.folder + "/meter.csv")
  }
  /// A reading each second, 10 W and one watt more with each.
  private let rows = (0...20).map { "\(1_767_225_600 + $0),\(10 + $0)\n" }.joined()

  @Test func integratesWithinTheWindow() throws {
    let (files, path) = try file("timestamp,watts\n" + rows)
    let meter = try CSVMeter(path, offset: Seconds(1_767_225_600))
    let used = try meter.energy(since: EnergyMark(time: Seconds(2.5)), at: Seconds(9.5))
    #expect(abs(used.central.value - (70 + (9.5 * 9.5 - 2.5 * 2.5) / 2)) < 1e-6)
    #expect(used.readings == 7)
    #expect((meter.boundary, meter.tier, meter.shortestWindow) == (.wall, .measured, Seconds(125)))
    withExtendedLifetime(files) {}
  }
  @Test(arguments: [(-1.0, 5.0), (5, 30)]) func aWindowThatIsNotCoveredIsAnError(start: Double, end: Double)
    throws
  {
    let (files, path) = try file(rows)
    let meter = try CSVMeter(path, offset: Seconds(1_767_225_600))
    expectError(contains: "do not cover") {
      try meter.energy(since: EnergyMark(time: Seconds(start)), at: Seconds(end))
    }
    withExtendedLifetime(files) {}
  }
  @Test(arguments: [
    ("1,2\n2,x\n3,4\n", "line 2"), ("1,2\n2\n3,4\n", "line 2"), ("1,2\n1,3\n4,4\n", "does not grow"),
    ("time,watts\n", "fewer than two"), ("1,-2\n2,-2\n3,-2\n", "line 2"),
  ])
  func damageIsNamed(text: String, message: String) throws {
    let (files, path) = try file(text)
    expectError(contains: message) { try CSVMeter(path, offset: .zero) }
    withExtendedLifetime(files) {}
  }
  @Test(arguments: [("0", "old"), ("99000000000000", "in the future")])
  func aMeterThatDoesNotWriteNowIsAnError(start: String, message: String) throws {
    let (files, path) = try file("\(start)1,5\n\(start)2,5\n")
    expectError(contains: message) { try CSVMeter(path) }
    withExtendedLifetime(files) {}
  }
  /// The meter of a file that is written while the window lasts.
  @Test func readingsOfNowAreIntegrated() throws {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let rows = (-60...60).map { "\(time.tv_sec + $0),12.5\n" }.joined()
    let (files, path) = try file(rows)
    let meter = try CSVMeter(path)
    let mark = try meter.begin()
    while MonotonicTime.now - mark.time < Seconds(0.01) {}
    let end = try meter.begin()
    let used = try meter.energy(from: mark, to: end).central.value
    #expect(abs(used - 12.5 * (end.time - mark.time).value) < 1e-3 * used)
    #expect(meter.source == "the user's meter, meter.csv")
    withExtendedLifetime(files) {}
  }
  @Test func noFileIsAnError() { expectError(contains: "/nowhere.csv") { try CSVMeter("/nowhere.csv") } }
  @Test func aLastLineThatIsBeingWrittenIsLeftOut() throws {
    let (files, path) = try file(rows + "17672256")
    _ = try CSVMeter(path, offset: .zero)
    withExtendedLifetime(files) {}
  }
}

@Suite struct ProxyMetersTests {
  private func stat(_ busy: Int, _ idle: Int) -> String { "cpu  \(busy) 0 0 \(idle) 0 0 0 500 0 0\ncpu0 1\n" }
  private func model(idle: WattsRange, load: WattsRange) -> PowerModel {
    PowerModel(machine: "a board", boundary: .wall, idle: idle, load: load, origin: "a tester")
  }

  @Test func utilisationLiesBetweenIdleAndLoad() throws {
    let files = try FileTree(["/proc/stat": stat(100, 100)])
    let published = model(idle: WattsRange(2, 3, 4), load: WattsRange(10, 13, 16))
    let choice = try MeterChoice.proxy(published, root: files.root)
    let mark = try choice.meter.begin(at: Seconds(0))
    expectError(contains: "stood still") { try choice.meter.energy(since: mark, at: Seconds(2)) }
    try files.write(stat(125, 175), to: "/proc/stat")
    let used = try choice.meter.energy(since: mark, at: Seconds(2))
    #expect((used.low, used.central, used.high) == (Joules(8), Joules(11), Joules(14)))
    #expect((choice.meter.tier, choice.meter.boundary) == (.proxy, .wall))
    #expect(choice.assumptions == ["a tester"] && choice.meter.source.contains("not measured: a board"))
    expectError(contains: "no CPU time") {
      try choice.meter.energy(since: EnergyMark(time: Seconds(0)), at: Seconds(1))
    }
  }
  @Test func loadBelowIdleIsAnError() throws {
    let files = try FileTree(["/proc/stat": stat(1, 1)])
    expectError(contains: "no less than when idle") {
      try UtilisationMeter(model(idle: WattsRange(5, 5, 5), load: WattsRange(4, 6, 7)), root: files.root)
    }
    try files.write("intr 1\n", to: "/proc/stat")
    expectError(contains: "/proc/stat") {
      try UtilisationMeter(model(idle: WattsRange(1, 1, 1), load: WattsRange(4, 6, 7)), root: files.root)
    }
  }
  @Test func countedWorkIsTheSameEverywhere() throws {
    let work = try #require(CountedWork.energy(FLOPs(1e12), Bytes(1e9)))
    #expect(abs(work.low.value - 0.87625) < 1e-9 && abs(work.high.value - 2.625) < 1e-9)
    #expect(work.low < work.central && work.central < work.high)
    #expect(
      CountedWork.energy(FLOPs(-1.0), Bytes(1)) == nil && CountedWork.energy(FLOPs(.nan), Bytes(1)) == nil)
    #expect(CountedWork.tier == .proxy && CountedWork.origin.contains("Horowitz"))
  }
}

@Suite struct MeterFindingsTests {
  @Test func nothingIsFoundWhereNothingIs() {
    let found = EnergyMeters.findings(root: FileRoot("/nowhere"))
    #expect(Set(found.map(\.name)).count == found.count && found.count == 12)
    for finding in found {
      guard case .failure(let problem) = finding.meter else { Issue.record("\(finding.name)"); continue }
      #expect(problem.isAbsence, "\(problem)")
    }
  }
  @Test func aDeniedSensorIsNamedBesideTheOneInUse() throws {
    let files = try twoSockets()
    try files.deny("\(tree)/intel-rapl:0/energy_uj")
    try files.write("zenpower", to: "/sys/class/hwmon/hwmon0/name")
    try files.write("9000000", to: "/sys/class/hwmon/hwmon0/power1_input")
    let best = try EnergyMeters.best(root: files.root, proxy: usualProxy())
    #expect(best.meter.source.hasPrefix("zenpower"))
    #expect(best.notes.contains { $0.contains("sudo chmod a+r \(tree)/intel-rapl:0/energy_uj") })
  }
  @Test func aMeterThatIsAskedForIsNeverReplaced() throws {
    let files = try twoSockets()
    let best = try EnergyMeters.best(root: files.root, request: .named("rapl-powercap"), proxy: usualProxy())
    #expect(best.meter is RAPLPowercapMeter)
    expectError(contains: "no battery") {
      try EnergyMeters.best(root: files.root, request: .named("battery"), proxy: usualProxy())
    }
    expectError(contains: "rapl-perf, rapl-powercap") {
      try EnergyMeters.best(root: files.root, request: .named("rapl"), proxy: usualProxy())
    }
  }
  @Test func aBatteryIsNotTakenUnasked() throws {
    let folder = "/sys/class/power_supply/BAT0"
    let files = try FileTree([
      "\(folder)/type": "Battery", "\(folder)/status": "Discharging", "\(folder)/power_now": "9000000",
    ])
    #expect(try EnergyMeters.best(root: files.root, proxy: usualProxy()).meter.tier == .proxy)
    let asked = try EnergyMeters.best(root: files.root, request: .named("battery"), proxy: usualProxy())
    #expect(asked.meter.source == "battery (BAT0)")
  }
  @Test func aGraphicsCardDoesNotMeterACPU() throws {
    let files = try FileTree()
    try files.script("echo 250.5", at: "/usr/bin/nvidia-smi")
    let found = EnergyMeters.findings(root: files.root).first { $0.name == "nvidia-smi" }
    #expect(try found?.meter.get().boundary == .gpuOnly)
    expectError(contains: "runs on the CPU") {
      try EnergyMeters.best(root: files.root, request: .named("nvidia-smi"), proxy: usualProxy())
    }
  }
}
