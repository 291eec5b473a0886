import CLoader
import Glibc
import Synchronization

/// A BLAS library opened at run time. Nothing links against one, so a missing library is a message and not a
/// build failure, and several can be compared in one process.
public final class BLASLibrary: @unchecked Sendable {
  typealias SGEMM =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>,
      Int32,
      Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void
  typealias SGEMV =
    @convention(c) (
      Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32, Float,
      UnsafeMutablePointer<Float>, Int32
    ) -> Void

  /// The path or name that was opened.
  public let path: String
  /// The core type that the library chose (or was told), for example `Zen`.
  public let coreType: String?
  /// Version and build options, as the library gives them.
  public let configuration: String?

  let sgemm: SGEMM
  let sgemv: SGEMV
  private let symbols: BLASSymbols

  /// Opens OpenBLAS as the system's loader finds it.
  ///
  /// - Parameter coreType: the kernels to use (`Haswell`, `SkylakeX` …). The library reads this from the environment
  ///   while it is being loaded, once; a second, separate copy of it is loaded for each core type asked for.
  public static func openBLAS(coreType: String? = nil) throws(BLASError) -> BLASLibrary {
    let found = try BLASLibrary(opening: names)
    guard let coreType else { return found }
    return try copies.withLock { copies throws(BLASError) in
      if let copy = copies[coreType] { return copy }
      let copy = try found.copy(coreType: coreType)
      copies[coreType] = copy
      return copy
    }
  }

  private static let names = ["libopenblas.so.0", "libopenblas.so"]
  /// A copy takes tens of megabytes and threads of its own, so there is one for each core type.
  private static let copies = Mutex<[String: BLASLibrary]>([:])

  private func copy(coreType: String) throws(BLASError) -> BLASLibrary {
    guard let original = filePath else { throw .notFound(names: Self.names) }
    setenv("OPENBLAS_CORETYPE", coreType, 1)
    defer { unsetenv("OPENBLAS_CORETYPE") }
    return try BLASLibrary(copying: original)
  }

  /// Opens any library with `cblas_sgemm`, also under the prefixes of `BLASSymbols`: BLIS, MKL, another OpenBLAS.
  ///
  /// - Parameter path: a path, or a name that the loader finds.
  public static func open(path: String) throws(BLASError) -> BLASLibrary {
    shortenIdling()
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw .cannotOpen(path: path, reason: String(cString: dlerror()))
    }
    return try BLASLibrary(handle: handle, path: path)
  }

  /// Idle threads poll for long by themselves, OpenBLAS's for 2²⁸ ticks of the time stamp counter (0.1 s at 2.6 GHz), those
  /// of MKL's OpenMP for 0.2 s, and so take the cores from whatever is measured next. About 1 ms is longer than the
  /// pauses between calls. Not where the user chose.
  private static func shortenIdling() {
    setenv("OPENBLAS_THREAD_TIMEOUT", "20", 0)
    setenv("KMP_BLOCKTIME", "1", 0)
  }

  private convenience init(opening names: [String]) throws(BLASError) {
    Self.shortenIdling()
    let opened = names.lazy.compactMap { name in dlopen(name, RTLD_NOW | RTLD_LOCAL).map { (name, $0) } }
    guard let (name, handle) = opened.first else { throw .notFound(names: names) }
    try self.init(handle: handle, path: name)
  }

  /// Loads the file a second time, with globals of its own: the loader knows a library by its inode, and a copy in
  /// memory has another one.
  private convenience init(copying path: String) throws(BLASError) {
    let source = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw .cannotCopy(path: path, reason: String(cString: strerror(errno))) }
    defer { close(source) }
    let copy = cl_memory_file("perwatt-blas")
    guard copy >= 0 else { throw .cannotCopy(path: path, reason: String(cString: strerror(errno))) }
    // It stays open: the loader also knows a library by its path, and the next copy must have another number.
    let size = Int(lseek(source, 0, SEEK_END))
    var offset: off_t = 0
    while offset < size {
      guard sendfile(copy, source, &offset, size - Int(offset)) > 0 else {
        throw .cannotCopy(path: path, reason: String(cString: strerror(errno)))
      }
    }
    guard let handle = dlopen("/proc/self/fd/\(copy)", RTLD_NOW | RTLD_LOCAL) else {
      throw .cannotCopy(path: path, reason: String(cString: dlerror()))
    }
    try self.init(handle: handle, path: path)
  }

  private init(handle: UnsafeMutableRawPointer, path: String) throws(BLASError) {
    guard let symbols = BLASSymbols(handle: handle) else { throw .noCBLAS(path: path) }
    (self.path, self.symbols) = (path, symbols)
    (sgemm, sgemv) = (symbols.sgemm, symbols.sgemv)
    (coreType, configuration) = (symbols.coreType, symbols.configuration)
  }

  /// The file that the loader chose.
  private var filePath: String? {
    cl_file_of(unsafeBitCast(sgemm, to: UnsafeRawPointer.self)).map { String(cString: $0) }
  }

  /// Makes the library use `threads` threads from its next call on.
  public func use(threads: Int) {
    guard reportedThreads != threads else { return }
    symbols.setThreads(threads)
  }

  /// How many threads the library says it uses; nil where it does not say.
  public var reportedThreads: Int? { symbols.threads() }
}

/// Why a BLAS library cannot be used.
public enum BLASError: Error, Hashable, CustomStringConvertible {
  case notFound(names: [String])
  case cannotOpen(path: String, reason: String)
  case noCBLAS(path: String)
  case cannotCopy(path: String, reason: String)

  /// One line: what was wrong, where, what to do.
  public var description: String {
    switch self {
    case .notFound(let names):
      "OpenBLAS is not installed (looked for \(names.joined(separator: ", "))); apt-get install libopenblas-dev"
    case .cannotOpen(let path, let reason):
      "\(path) cannot be opened as a library: \(reason); give its path"
    case .noCBLAS(let path): "\(path) has no cblas_sgemm; name a BLAS library with the C interface"
    case .cannotCopy(let path, let reason): "\(path) cannot be loaded a second time: \(reason)"
    }
  }
}
