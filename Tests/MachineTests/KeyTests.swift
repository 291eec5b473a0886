import FileTrees
import Machine
import Quantities
import Testing

@Suite struct KeyTests {
  @Test(arguments: [
    ("AMD EPYC", 2, "amd-epyc-2c"),
    ("AMD EPYC 9654 96-Core Processor", 192, "amd-epyc-9654-192c"),
    ("Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz", 4, "intel-xeon-platinum-8488c-4c"),
    ("AMD Ryzen 7 7840U w/ Radeon 780M Graphics", 16, "amd-ryzen-7-7840u-w-radeon-780m-graphics-16c"),
    ("../../etc", 1, "etc-1c"), ("..", 1, "unknown-x86-64-1c"), ("龍芯", 8, "unknown-x86-64-8c"),
  ])
  func namesTheFolder(model: String, cores: Int, key: String) throws {
    var facts = try fixture("x86-server-vm")
    (facts.cpuModel, facts.usableCores) = (.measured(model), cores)
    #expect(facts.key == key)
  }
  @Test func aBoardTellsMoreThanItsCPU() throws {
    #expect(try fixture("raspberry-pi-5").key == "raspberry-pi-5-model-b-4c")
  }
  @Test func aLongNameKeepsTheCoreCount() throws {
    var facts = try fixture("x86-server-vm")
    facts.cpuModel = .measured(String(repeating: "long name ", count: 20))
    #expect(facts.key.hasSuffix("-2c") && facts.key.count <= 60 && !facts.key.contains("--"))
  }
  @Test func aSilentMachineHasAKey() {
    #expect(MachineFacts.read(root: FileRoot("/nowhere")).key.hasPrefix("unknown-"))
  }
}

@Suite struct DisturbancesTests {
  @Test func aBusyVMIsDisturbed() throws {
    let text = try fixture("x86-server-vm").disturbances
    let topics = ["Virtual machine", "Load is 1.60", "Turbo", "SMT", "2.0 %", "Only 2 of 4", "256 MiB"]
    #expect(text.count == topics.count)
    for topic in topics { #expect(text.contains { $0.contains(topic) }, "\(topic)") }
  }
  @Test func aQuietBoardHasOnlyItsGovernor() throws {
    let text = try fixture("raspberry-pi-5").disturbances
    #expect(text == ["Governor is ondemand, so clocks wander: sudo cpupower frequency-set -g performance"])
  }
  @Test func limitsAreExclusive() throws {
    var facts = try fixture("raspberry-pi-5")
    (facts.governor, facts.loadAverage, facts.stealShare) = (
      .measured("performance"), .measured(1.2), .measured(0.01)
    )
    (facts.turbo, facts.onBattery, facts.swapUsed) = (.measured(false), .measured(false), .measured(.zero))
    #expect(facts.disturbances == [])
    (facts.loadAverage, facts.stealShare, facts.onBattery) = (
      .measured(1.3), .measured(0.011), .measured(true)
    )
    #expect(facts.disturbances.count == 3)
  }
}

@Suite struct HypervisorTests {
  func name(_ change: (inout [String: String]) -> Void) throws -> MachineFacts {
    var files: [String: String] = [:]
    change(&files)
    let tree = try FileTree(files)
    return MachineFacts.read(root: FileRoot(tree.folder))
  }
  @Test func theFlagDecidesOnX86() throws {
    let metal = try name {
      ($0["/proc/cpuinfo"], $0["/sys/class/dmi/id/sys_vendor"]) = ("flags : fpu", "Amazon EC2")
    }
    #expect(metal.hypervisor.value == "none" && metal.isVirtual == false)
    let guest = try name { $0["/proc/cpuinfo"] = "flags : fpu hypervisor" }
    #expect(guest.hypervisor.value == "unnamed" && guest.isVirtual == true)
  }
  @Test func theProductDecidesOnArm() throws {
    #expect(try name { $0["/sys/class/dmi/id/sys_vendor"] = "QEMU" }.hypervisor.value == "QEMU")
    #expect(try name { $0["/sys/class/dmi/id/sys_vendor"] = "GIGABYTE" }.hypervisor.value == "none")
    #expect(try name { $0["/proc/device-tree/model"] = "linux,dummy-virt" }.isVirtual == true)
    #expect(try name { _ in }.isVirtual == nil)
  }
}
