import Glibc

/// The functions of one library, looked up once: CBLAS, and what OpenBLAS, BLIS and MKL each have for threads, core
/// type and version.
struct BLASSymbols {
  let sgemm: BLASLibrary.SGEMM
  let sgemv: BLASLibrary.SGEMV
  /// How many threads the library says it uses; nil where it does not say.
  let threads: () -> Int?
  let setThreads: (Int) -> Void
  /// The kernels that the library chose.
  let coreType: String?
  /// Version and build options.
  let configuration: String?

  /// Nil for a library without `cblas_sgemm`.
  init?(handle: UnsafeMutableRawPointer) {
    let find = SymbolFinder(handle: handle)
    guard let sgemm = find("cblas_sgemm"), let sgemv = find("cblas_sgemv") else { return nil }
    self.sgemm = unsafeBitCast(sgemm, to: BLASLibrary.SGEMM.self)
    self.sgemv = unsafeBitCast(sgemv, to: BLASLibrary.SGEMV.self)
    threads = find.threads
    setThreads = find.setThreads
    coreType = find.coreType
    configuration = find.configuration
  }
}

private struct SymbolFinder {
  let handle: UnsafeMutableRawPointer

  /// Prefixes that builds put before every name, SciPy's OpenBLAS among them.
  private static let prefixes = ["", "scipy_"]

  func callAsFunction(_ name: String) -> UnsafeMutableRawPointer? {
    Self.prefixes.lazy.compactMap { dlsym(handle, $0 + name) }.first
  }

  var threads: () -> Int? {
    if let get = self("openblas_get_num_threads") ?? self("MKL_Get_Max_Threads") {
      let get = unsafeBitCast(get, to: (@convention(c) () -> Int32).self)
      return { Int(get()) }
    }
    guard let get = self("bli_thread_get_num_threads") else { return { nil } }
    let count = unsafeBitCast(get, to: (@convention(c) () -> Int).self)
    return { count() }
  }

  var setThreads: (Int) -> Void {
    if let set = self("openblas_set_num_threads") ?? self("MKL_Set_Num_Threads") {
      let set = unsafeBitCast(set, to: (@convention(c) (Int32) -> Void).self)
      return { set(Int32($0)) }
    }
    guard let set = self("bli_thread_set_num_threads") else { return { _ in } }
    let count = unsafeBitCast(set, to: (@convention(c) (Int) -> Void).self)
    return { count($0) }
  }

  var coreType: String? {
    if let name = text(self("openblas_get_corename")) { return name }
    guard let query = self("bli_arch_query_id"), let string = self("bli_arch_string") else { return nil }
    let id = unsafeBitCast(query, to: (@convention(c) () -> Int32).self)()
    typealias Name = @convention(c) (Int32) -> UnsafePointer<CChar>?
    return unsafeBitCast(string, to: Name.self)(id).map { String(cString: $0) }
  }

  var configuration: String? {
    if let text = text(self("openblas_get_config")) { return text }
    if let version = text(self("bli_info_get_version_str")) { return "BLIS \(version)" }
    guard let version = self("MKL_Get_Version_String") else { return nil }
    typealias Fill = @convention(c) (UnsafeMutablePointer<CChar>, Int32) -> Void
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      buffer.initialize(repeating: 0)
      unsafeBitCast(version, to: Fill.self)(buffer.baseAddress!, 255)
      return String(cString: buffer.baseAddress!)
    }
  }

  private func text(_ function: UnsafeMutableRawPointer?) -> String? {
    typealias Getter = @convention(c) () -> UnsafePointer<CChar>?
    return function.flatMap { unsafeBitCast($0, to: Getter.self)() }.map { String(cString: $0) }
  }
}
