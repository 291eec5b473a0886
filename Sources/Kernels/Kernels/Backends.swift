import BLAS
import KernelTypes
import Machine
import Parallel
import SIMDKernels

#if arch(x86_64)
  import SIMDKernelsAMX
  import SIMDKernelsAVX2
  import SIMDKernelsAVX512
  import SIMDKernelsAVX512BF16
  import SIMDKernelsAVX512VNNI
  import SIMDKernelsAVXVNNI
#elseif arch(arm64)
  import SIMDKernelsDotProd
  import SIMDKernelsI8MM
#endif

/// The registry of backends: what can be had on this machine, by name.
public enum Backends {
  /// The SIMD builds that this CPU executes, from plain to fast, by the names that users type.
  public static let simdNames: [String] = simdBuilds.map { $0.name }

  /// A build for one ISA level. A struct: functions in a tuple that an array holds would be wrapped in closures, whose
  /// references are counted in every call.
  struct SIMDBuild {
    let level: ISALevel
    /// Made by its build's instructions, and so only where they run.
    let table: @Sendable () -> SIMDTable
    /// Products of tiles, where the level has them.
    let matrix: (@Sendable () -> MatrixTable)?

    var name: String { "simd:\(level.rawValue)" }
    var isSupported: Bool { ISALevel.supported.contains(level) }

    init(
      _ level: ISALevel, matrix: (@Sendable () -> MatrixTable)? = nil,
      _ table: @escaping @Sendable () -> SIMDTable
    ) {
      (self.level, self.matrix, self.table) = (level, matrix, table)
    }
  }

  static let simdBuilds: [SIMDBuild] = {
    #if arch(x86_64)
      let all = [
        SIMDBuild(.baseline, SIMDKernels.kernelTable), SIMDBuild(.avx2, SIMDKernelsAVX2.kernelTable),
        SIMDBuild(.avxvnni) { refined(SIMDKernelsAVX2.kernelTable(), SIMDKernelsAVXVNNI.integerTable()) },
        SIMDBuild(.avx512, SIMDKernelsAVX512.kernelTable),
        SIMDBuild(.avx512vnni) {
          refined(SIMDKernelsAVX512.kernelTable(), SIMDKernelsAVX512VNNI.integerTable())
        },
        SIMDBuild(.avx512bf16) {
          refined(
            SIMDKernelsAVX512.kernelTable(), SIMDKernelsAVX512VNNI.integerTable(),
            SIMDKernelsAVX512BF16.brainTable())
        },
        SIMDBuild(.amx, matrix: SIMDKernelsAMX.matrixTable) {
          refined(
            SIMDKernelsAVX512.kernelTable(), SIMDKernelsAVX512VNNI.integerTable(),
            SIMDKernelsAVX512BF16.brainTable())
        },
      ]
    #else
      let all = [
        SIMDBuild(.neon, SIMDKernels.kernelTable),
        SIMDBuild(.dotprod) { refined(SIMDKernels.kernelTable(), SIMDKernelsDotProd.integerTable()) },
        SIMDBuild(.i8mm) {
          refined(SIMDKernels.kernelTable(), SIMDKernelsI8MM.integerTable(), SIMDKernelsI8MM.brainTable())
        },
      ]
    #endif
    return all.filter { $0.isSupported }  // no key path: Embedded Swift has none
  }()

  /// The functions of a level that adds instructions for bytes, or for bfloat16 too, to those of `table`.
  static func refined(_ table: SIMDTable, _ integer: IntegerTable, _ brain: BrainTable? = nil) -> SIMDTable {
    var refined = table
    refined.integer = integer
    if let brain { refined.brain = brain }
    return refined
  }

  /// Every name that `make` understands on this machine; `openblas:<core type>` stands for any core type.
  public static var names: [String] {
    ["scalar", "simd"] + simdNames + ["openblas"]
      + OpenBLASCoreType.supported.map { "openblas:\($0.rawValue)" }
  }

  /// The backend of that name; `simd` is the fastest SIMD build.
  public static func make(_ name: String, pool: ThreadPool) throws(BackendError) -> any KernelSet {
    if name == "scalar" { return ReferenceKernelSet(pool: pool) }
    if name == "simd" { return bestSIMD(pool: pool) }
    if let found = simdBuilds.first(where: { $0.name == name }) { return SIMDKernelSet(found, pool: pool) }
    if name == "openblas" { return try openBLAS(coreType: nil, pool: pool) }
    if let type = OpenBLASCoreType.supported.first(where: { name == "openblas:\($0.rawValue)" }) {
      return try openBLAS(coreType: type, pool: pool)
    }
    throw .unknown(name: name, known: names)
  }

  static var best: SIMDBuild { simdBuilds[simdBuilds.count - 1] }

  /// SIMDKernels for the highest ISA of this CPU.
  public static func bestSIMD(pool: ThreadPool) -> SIMDKernelSet {
    SIMDKernelSet(best, pool: pool)
  }

  /// The backend of any BLAS library with the C interface, named after its file: `blas:blis` for `libblis.so.4`.
  public static func library(path: String, pool: ThreadPool) throws(BackendError) -> BLASKernelSet {
    pool.releaseCaller()  // many libraries start their threads when they are loaded
    do {
      let library = try BLASLibrary.open(path: path)
      return BLASKernelSet(name: "blas:" + stem(path), library: library, rest: bestSIMD(pool: pool))
    } catch {
      throw .unavailable(name: path, reason: "\(error)")
    }
  }

  /// `blis` for `/usr/lib/libblis.so.4`.
  static func stem(_ path: String) -> String {
    let file = path.split(separator: "/").last ?? Substring(path)
    let name = file.hasPrefix("lib") ? file.dropFirst(3) : file
    return String(name.prefix { $0 != "." })
  }

  /// OpenBLAS with the core type that it chooses itself, or with another one.
  public static func openBLAS(coreType: OpenBLASCoreType?, pool: ThreadPool) throws(BackendError)
    -> BLASKernelSet
  {
    pool.releaseCaller()
    do {
      let library = try BLASLibrary.openBLAS(coreType: coreType?.rawValue)
      let name = coreType.map { "openblas:\($0.rawValue)" } ?? "openblas"
      return BLASKernelSet(name: name, library: library, rest: bestSIMD(pool: pool))
    } catch {
      throw .unavailable(name: "openblas", reason: "\(error)")
    }
  }
}

/// Kernel families of OpenBLAS that are worth trying, because a library that does not know a CPU falls back to
/// an older family (names: its `OPENBLAS_CORETYPE`).
public enum OpenBLASCoreType: String, CaseIterable, Sendable {
  case haswell = "Haswell", zen = "Zen", skylakeX = "SkylakeX", cooperlake = "Cooperlake"
  case cortexA53 = "CORTEXA53", cortexA72 = "CORTEXA72", neoverseN1 = "NEOVERSEN1"

  /// What its kernels execute.
  var level: ISALevel {
    switch self {
    case .haswell, .zen: .avx2
    case .skylakeX: .avx512
    case .cooperlake: .avx512bf16
    case .cortexA53, .cortexA72: .neon
    case .neoverseN1: .dotprod
    }
  }

  /// Those that this CPU can run; the others would end in an illegal instruction.
  public static let supported = allCases.filter { ISALevel.supported.contains($0.level) }
}

/// Why a backend cannot be had.
public enum BackendError: Error, Hashable, CustomStringConvertible {
  case unknown(name: String, known: [String])
  case unavailable(name: String, reason: String)

  /// One line: what was wrong, what to do.
  public var description: String {
    switch self {
    case .unknown(let name, let known):
      "unknown backend '\(name)'; this machine has \(known.joined(separator: ", "))"
    case .unavailable(_, let reason): reason
    }
  }
}
