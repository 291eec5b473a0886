import FileTrees
import Foundation
import Quantities
import Testing

@testable import Machine

/// Facts of a folder in `Fixtures`.
func fixture(_ name: String) throws -> MachineFacts {
  let folder = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
  return MachineFacts.read(root: FileRoot(folder.path), isaLevels: [.neon])
}

@Suite struct MachineFactsTests {
  @Test func readsAServerVM() throws {
    let facts = try fixture("x86-server-vm")
    #expect(facts.cpuModel.value == "AMD EPYC 9R14 96-Core Processor")
    #expect(facts.architecture == "x86_64")
    #expect(facts.board.reason?.contains("/proc/device-tree/model") == true)
    #expect(facts.onlineCores == 4)
    #expect(facts.usableCores == 2)  // affinity grants 3, the group above grants 2.5
    #expect(facts.cpuQuota.value == 2.5)
    #expect(facts.physicalCores.value == 2)
    #expect(facts.threadsPerCore.value == 2)
    #expect(facts.caches.count == 4)
    #expect(facts.caches[1] == CacheFact(level: 1, kind: .instruction, size: Bytes(32768), sharedByCores: 2))
    #expect(facts.lastLevelCache == Bytes(32 << 20))
    #expect(facts.memoryTotal.value == Bytes(16_085_000 * 1024))
    #expect(facts.memoryAvailable.value == Bytes(12_000_000 * 1024))
    #expect(facts.swapUsed.value == Bytes(256 << 20))
  }

  @Test func readsAServerVMsState() throws {
    let facts = try fixture("x86-server-vm")
    #expect(facts.governor.reason?.contains("cpufreq/policy*/scaling_governor") == true)
    #expect(facts.maximumFrequency.value == nil)
    #expect(facts.turbo.value == true)
    #expect(facts.hypervisor.value == "Amazon EC2 m7a.xlarge")
    #expect(facts.isVirtual == true)
    #expect(facts.loadAverage.value == 1.6)
    #expect(facts.stealShare.value == 0.02)
    #expect(facts.onBattery.reason?.contains("/sys/class/power_supply") == true)
    #expect(facts.temperature.reason?.contains("/sys/class/hwmon") == true)
    #expect(facts.kernel.value == "6.1.0-28-amd64")
    #expect(facts.operatingSystem.value == "Debian GNU/Linux 12 (bookworm)")
    #expect(facts.hugepages.value == "madvise")
  }

  @Test func readsARaspberryPi5() throws {
    let facts = try fixture("raspberry-pi-5")
    #expect(facts.cpuModel.value == "Cortex-A76")
    #expect(facts.architecture == "aarch64")
    #expect(facts.board.value == "Raspberry Pi 5 Model B Rev 1.0")
    #expect(facts.usableCores == 4)
    #expect(facts.cpuQuota.reason?.contains("/proc/self/cgroup") == true)
    #expect(facts.physicalCores.value == 4)
    #expect(facts.threadsPerCore.value == 1)
    #expect(facts.lastLevelCache == Bytes(2 << 20))
    #expect(facts.governor.value == "ondemand")
    #expect(facts.maximumFrequency.value == 2.4e9)
    #expect(facts.turbo.reason?.contains("cpufreq/boost") == true)
    #expect(facts.hypervisor.value == "none")
    #expect(facts.temperature.value == 51.75)
    #expect(facts.operatingSystem.value == "Debian GNU/Linux 13 (trixie)")
    #expect(facts.isaLevels == [.neon])
  }

  @Test func survivesJSON() throws {
    for facts in [try fixture("x86-server-vm"), try fixture("raspberry-pi-5"), .read()] {
      let text = try JSONEncoder().encode(facts)
      #expect(try JSONDecoder().decode(MachineFacts.self, from: text) == facts)
    }
  }

  @Test func readsTheRunningMachine() {
    let facts = MachineFacts.read()
    #expect(facts.usableCores >= 1 && facts.usableCores <= facts.onlineCores)
    #expect(facts.memoryTotal.value.map { $0 > Bytes(1 << 24) } == true)
    #expect(facts.isaLevels == ISALevel.supported)
  }

  @Test func aMissingTreeNamesEveryPath() {
    let facts = MachineFacts.read(root: FileRoot("/nowhere"))
    #expect((facts.usableCores, facts.onlineCores) == (1, 1))
    #expect(facts.caches.isEmpty && facts.lastLevelCache == nil)
    #expect(facts.disturbances.isEmpty)
    let reasons = [
      facts.cpuModel.reason, facts.board.reason, facts.governor.reason, facts.hypervisor.reason,
      facts.kernel.reason, facts.operatingSystem.reason, facts.hugepages.reason, facts.memoryTotal.reason,
      facts.loadAverage.reason, facts.stealShare.reason, facts.temperature.reason, facts.turbo.reason,
      facts.physicalCores.reason, facts.onBattery.reason, facts.maximumFrequency.reason,
      facts.cpuQuota.reason,
    ]
    for reason in reasons { #expect(reason?.contains("/") == true) }
    #expect(facts.cpuModel.reason == "/proc/cpuinfo: no such file or directory")
  }
}

@Suite struct DamagedFilesTests {
  /// Every file of a fixture replaced by the same junk.
  @Test(arguments: ["x86-server-vm", "raspberry-pi-5"], 0..<6)
  func neverCrashes(name: String, variant: Int) throws {
    let junk: [Data] = [
      Data(), Data((0...255).map { UInt8($0) }), Data("999999999999999999999999999".utf8),
      Data("-1 nan".utf8),
      Data("0-99999999999,,-\n:::\n0::\n:cpu:/../..\nmodel name: \u{1}\n\"[]".utf8), Data([0, 0xFF, 0x0A]),
    ]
    let source = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)).path
    let tree = try FileTree()
    for path in try FileManager.default.subpathsOfDirectory(atPath: source) {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(source)/\(path)", isDirectory: &isFolder)
      if !isFolder.boolValue { try tree.write(junk[variant], to: "/\(path)") }
    }
    let facts = MachineFacts.read(root: FileRoot(tree.folder))
    #expect((facts.usableCores, facts.onlineCores) == (1, 1))
    #expect(facts.cpuModel.value == nil)
    #expect(facts.memoryTotal.value == nil)
    #expect(facts.caches.isEmpty)
    _ = try JSONEncoder().encode(facts)
    #expect(facts.key.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
  }

  @Test func aMalformedNumberIsMissingAndNamesItsFile() throws {
    let tree = try FileTree(["/proc/loadavg": "busy 1 2", "/proc/meminfo": "MemTotal: 1 kB"])
    let facts = MachineFacts.read(root: FileRoot(tree.folder))
    #expect(facts.loadAverage.reason == "/proc/loadavg: not a number")
    #expect(facts.memoryTotal.value == Bytes(1024))
    #expect(facts.memoryAvailable.reason == "/proc/meminfo: no MemAvailable")
  }
}
