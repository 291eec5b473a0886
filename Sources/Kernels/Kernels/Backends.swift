import BLAS
import KernelTypes
import Machine
import Parallel
import SIMDKernels

#if arch(x86_64)
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
  public static let simdNames: [String] = simdTables.map { $0.name }

  static let simdTables: [(name: String, level: ISALevel, table: SIMDTable)] = {
    // A table is made by its builds' instructions, and so only where they run.
    #if arch(x86_64)
      let all: [(level: ISALevel, table: () -> SIMDTable)] = [
        (.baseline, SIMDKernels.kernelTable), (.avx2, SIMDKernelsAVX2.kernelTable),
        (.avxvnni, { refined(SIMDKernelsAVX2.kernelTable(), SIMDKernelsAVXVNNI.integerTable()) }),
        (.avx512, SIMDKernelsAVX512.kernelTable),
        (.avx512vnni, { refined(SIMDKernelsAVX512.kernelTable(), SIMDKernelsAVX512VNNI.integerTable()) }),
        (
          .avx512bf16,
          {
            refined(
              SIMDKernelsAVX512.kernelTable(), SIMDKernelsAVX512VNNI.integerTable(),
              SIMDKernelsAVX512BF16.brainTable())
          }
        ),
      ]
    #else
      let all: [(level: ISALevel, table: () -> SIMDTable)] = [
        (.neon, SIMDKernels.kernelTable),
        (.dotprod, { refined(SIMDKernels.kernelTable(), SIMDKernelsDotProd.integerTable()) }),
        (
          .i8mm,
          {
            refined(
              SIMDKernels.kernelTable(), SIMDKernelsI8MM.integerTable(), SIMDKernelsI8MM.brainTable())
          }
        ),
      ]
    #endif
    return all.filter { ISALevel.supported.contains($0.level) }.map {
      ("simd:\($0.level.rawValue)", $0.level, $0.table())
    }
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
    if let found = simdTables.first(where: { $0.name == name }) {
      return SIMDKernelSet(name: found.name, table: found.table, pool: pool)
    }
    if name == "openblas" { return try openBLAS(coreType: nil, pool: pool) }
    if let type = OpenBLASCoreType.supported.first(where: { name == "openblas:\($0.rawValue)" }) {
      return try openBLAS(coreType: type, pool: pool)
    }
    throw .unknown(name: name, known: names)
  }

  /// SIMDKernels for the highest ISA of this CPU.
  public static func bestSIMD(pool: ThreadPool) -> SIMDKernelSet {
    let best = simdTables[simdTables.count - 1]
    return SIMDKernelSet(name: best.name, table: best.table, pool: pool)
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
