import CMachine

/// Instruction sets for which kernels are compiled; the raw values are the names that users type.
/// Ordered from plain to fast. A machine supports a list, not a prefix: Zen 4 has `avx512bf16`, not `avxvnni`.
public enum ISALevel: String, Codable, CaseIterable, Sendable, Comparable {
  /// Any x86-64.
  case baseline
  /// x86-64-v3: AVX2, FMA, F16C, BMI.
  case avx2
  /// AVX-VNNI on top of `avx2`: 8-bit dot products on client CPUs without AVX-512.
  case avxvnni
  /// x86-64-v4: AVX-512 F, BW, CD, DQ, VL.
  case avx512
  /// 8-bit dot products on top of `avx512`.
  case avx512vnni
  /// bfloat16 dot products on top of `avx512vnni`.
  case avx512bf16
  /// Products of bfloat16 tiles on top of `avx512bf16` (Intel AMX, as in Sapphire Rapids).
  case amx
  /// Any aarch64.
  case neon
  /// 8-bit dot products and half-precision arithmetic (Armv8.2 with DotProd and FP16, as in Cortex-A76).
  case dotprod
  /// 8-bit and bfloat16 matrix products (I8MM and BF16, as in Neoverse V1) on top of `dotprod`.
  case i8mm

  /// What this CPU executes and this operating system lets it execute, from plain to fast; never empty.
  public static let supported: [ISALevel] = {
    #if arch(x86_64)
      X86Features.live.levels
    #else
      ArmFeatures.live.levels
    #endif
  }()

  public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self)! }
}

/// The registers of `cpuid` that decide (Intel SDM volume 2A, CPUID; AMD APM volume 3, appendix E).
struct X86Features {
  var leaf1ecx: UInt32 = 0
  var leaf7ebx: UInt32 = 0
  var leaf7ecx: UInt32 = 0
  var leaf7edx: UInt32 = 0
  var leaf7sub1eax: UInt32 = 0
  var extended1ecx: UInt32 = 0
  /// XCR0: which registers the operating system saves.
  var savedStates: UInt64 = 0
  /// Whether Linux lets this process use tiles, for which it has to be asked.
  var permitsTiles = false

  static var live: Self {
    func leaf(_ number: UInt32, _ sub: UInt32 = 0) -> [UInt32] {
      var registers: [UInt32] = [0, 0, 0, 0]
      return cm_cpuid(number, sub, &registers) == 0 ? registers : [0, 0, 0, 0]
    }
    let seven = leaf(7)
    var live = Self(leaf1ecx: leaf(1)[2], leaf7ebx: seven[1], leaf7ecx: seven[2], leaf7edx: seven[3])
    live.leaf7sub1eax = seven[0] >= 1 ? leaf(7, 1)[0] : 0
    live.extended1ecx = leaf(0x8000_0001)[2]
    if cm_xgetbv(&live.savedStates) != 0 { live.savedStates = 0 }
    live.permitsTiles = live.hasTiles && cm_permit_tiles() == 0
    return live
  }

  var levels: [ISALevel] {
    // SSE3, SSSE3, FMA, CX16, SSE4.1, SSE4.2, MOVBE, POPCNT, OSXSAVE, AVX, F16C
    let v3 =
      leaf1ecx.has(0, 9, 12, 13, 19, 20, 22, 23, 27, 28, 29) && extended1ecx.has(0, 5)  // LAHF, LZCNT
      && leaf7ebx.has(3, 5, 8) && savedStates.has(1, 2)  // BMI1, AVX2, BMI2; xmm, ymm
    guard v3 else { return [.baseline] }
    var levels: [ISALevel] = [.baseline, .avx2]
    if leaf7sub1eax.has(4) { levels.append(.avxvnni) }
    // F, DQ, CD, BW, VL; opmask, upper zmm halves, zmm16-31
    guard leaf7ebx.has(16, 17, 28, 30, 31), savedStates.has(5, 6, 7) else { return levels }
    levels.append(.avx512)
    guard leaf7ecx.has(11) else { return levels }
    levels.append(.avx512vnni)
    guard leaf7sub1eax.has(5) else { return levels }
    levels.append(.avx512bf16)
    return hasTiles && permitsTiles ? levels + [.amx] : levels
  }

  /// AMX-BF16, AMX-TILE; their configuration and data
  private var hasTiles: Bool { leaf7edx.has(22, 24) && savedStates.has(17, 18) }
}

/// The kernel's capability words (Linux, Documentation/arch/arm64/elf_hwcaps.rst).
struct ArmFeatures {
  var hwcap: UInt64 = 0
  var hwcap2: UInt64 = 0

  static var live: Self {
    var live = Self()
    return cm_hwcap(&live.hwcap, &live.hwcap2) == 0 ? live : Self()
  }

  var levels: [ISALevel] {
    guard hwcap.has(9, 10, 20) else { return [.neon] }  // FPHP, ASIMDHP, ASIMDDP
    return hwcap2.has(13, 14) ? [.neon, .dotprod, .i8mm] : [.neon, .dotprod]  // I8MM, BF16
  }
}

extension FixedWidthInteger {
  /// Whether all these bits are set.
  fileprivate func has(_ bits: Int...) -> Bool { bits.allSatisfy { self >> $0 & 1 == 1 } }
}
