import CMachine
import Glibc
import Testing

@testable import Machine

@Suite struct ISALevelTests {
  /// Zen 4: everything but AVX-VNNI.
  let zen4 = X86Features(
    leaf1ecx: 0xFFFF_FFFF, leaf7ebx: 0xFFFF_FFFF, leaf7ecx: 1 << 11, leaf7sub1eax: 1 << 5,
    extended1ecx: 0b10_0001, savedStates: 0xE7)

  @Test func levelsFollowTheFeatureBits() {
    #expect(zen4.levels == [.baseline, .avx2, .avx512, .avx512vnni, .avx512bf16])
    #expect(X86Features().levels == [.baseline])
    var client = zen4
    (client.leaf7ebx, client.leaf7ecx, client.leaf7sub1eax) = (1 << 3 | 1 << 5 | 1 << 8, 0, 1 << 4)
    #expect(client.levels == [.baseline, .avx2, .avxvnni])
    var skylakeX = zen4
    (skylakeX.leaf7ecx, skylakeX.leaf7sub1eax) = (0, 1 << 5)
    #expect(skylakeX.levels == [.baseline, .avx2, .avx512])
    var sapphireRapids = zen4
    (sapphireRapids.leaf7edx, sapphireRapids.savedStates) = (1 << 22 | 1 << 24, 0x600E7)
    #expect(sapphireRapids.levels == zen4.levels)
    sapphireRapids.permitsTiles = true
    #expect(sapphireRapids.levels == zen4.levels + [.amx])
    sapphireRapids.savedStates = 0xE7
    #expect(sapphireRapids.levels == zen4.levels)
  }
  @Test(arguments: [UInt32(12), 29, 27, 22]) func avx2NeedsEveryBitOfV3(bit: UInt32) {
    var cpu = zen4
    cpu.leaf1ecx &= ~(1 << bit)
    #expect(cpu.levels == [.baseline])
  }
  @Test(arguments: [UInt32(16), 17, 28, 30, 31]) func avx512NeedsEveryBitOfV4(bit: UInt32) {
    var cpu = zen4
    cpu.leaf7ebx &= ~(1 << bit)
    #expect(cpu.levels == [.baseline, .avx2])
  }
  @Test func registersMustBeSavedByTheSystem() {
    var cpu = zen4
    cpu.savedStates = 0b111
    #expect(cpu.levels == [.baseline, .avx2])
    cpu.savedStates = 0b11
    #expect(cpu.levels == [.baseline])
  }
  @Test func armLevelsFollowTheCapabilityWords() {
    let a76: UInt64 = 1 << 9 | 1 << 10 | 1 << 20
    #expect(ArmFeatures().levels == [.neon])
    #expect(ArmFeatures(hwcap: 1 << 20).levels == [.neon])
    #expect(ArmFeatures(hwcap: a76).levels == [.neon, .dotprod])
    #expect(ArmFeatures(hwcap: a76, hwcap2: 1 << 13).levels == [.neon, .dotprod])
    #expect(ArmFeatures(hwcap: a76, hwcap2: 3 << 13).levels == [.neon, .dotprod, .i8mm])
  }
  @Test func namesAreTypedAndOrdered() {
    #expect(ISALevel(rawValue: "avx512vnni") == .avx512vnni)
    #expect(ISALevel.baseline < .avx2 && ISALevel.avx512 < .avx512bf16 && ISALevel.neon < .i8mm)
    #expect(!ISALevel.supported.isEmpty)
    #expect(ISALevel.supported == ISALevel.supported.sorted())
  }
  #if arch(x86_64)
    /// The kernel reads the same registers and clears what it does not support.
    @Test func agreesWithTheKernelsFlags() throws {
      let flags = try #require(CPUInfo(.host).flags)
      let v3: Set<Substring> = ["avx", "avx2", "fma", "f16c", "bmi1", "bmi2", "abm", "movbe"]
      let v4: Set<Substring> = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
      let supported = ISALevel.supported
      #expect(supported.contains(.avx2) == v3.isSubset(of: flags))
      #expect(supported.contains(.avx512) == v4.isSubset(of: flags))
      #expect(supported.contains(.avxvnni) == flags.contains("avx_vnni"))
    }
  #endif
}

@Suite struct CMachineTests {
  @Test func pinsTheThreadAndCountsItsCPUs() {
    // A thread of its own: a pinned one would slow the tests after it.
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var count: Int32 = 0
        let first = (0..<1024).first { cm_pin_current_thread($0) == 0 }
        let counted = cm_affinity_count(&count)
        return UnsafeMutableRawPointer(bitPattern: first != nil && counted == 0 && count == 1 ? 1 : 2)
      }, nil)
    var result: UnsafeMutableRawPointer?
    pthread_join(thread, &result)
    #expect(Int(bitPattern: result) == 1)
  }
  @Test func refusesImpossibleCPUs() {
    #expect(cm_pin_current_thread(-1) == EINVAL)
    #expect(cm_pin_current_thread(131_071) == EINVAL)
    #expect(cm_pin_current_thread(.max) == EINVAL)
  }
  @Test func refusesUnknownLeaves() {
    var registers: [UInt32] = [0, 0, 0, 0]
    #expect(cm_cpuid(0x7FFF_FFFF, 0, &registers) != 0)
  }
}
