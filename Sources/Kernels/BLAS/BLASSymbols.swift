import Glibc

/// The functions of one library: CBLAS, and what OpenBLAS, BLIS and MKL each have for threads, core type and version.
struct BLASSymbols {
  let handle: UnsafeMutableRawPointer

  /// Prefixes that builds put before every name, SciPy's OpenBLAS among them.
  private static let prefixes = ["", "scipy_"]

  /// The address of a function, under any prefix.
  subscript(name: String) -> UnsafeMutableRawPointer? {
    Self.prefixes.lazy.compactMap { dlsym(handle, $0 + name) }.first
  }

  /// How many threads the library says it uses.
  var threads: Int? {
    if let get = self["openblas_get_num_threads"] ?? self["MKL_Get_Max_Threads"] {
      return Int(unsafeBitCast(get, to: (@convention(c) () -> Int32).self)())
    }
    return self["bli_thread_get_num_threads"].map { unsafeBitCast($0, to: (@convention(c) () -> Int).self)() }
  }

  func setThreads(_ count: Int) {
    if let set = self["openblas_set_num_threads"] ?? self["MKL_Set_Num_Threads"] {
      unsafeBitCast(set, to: (@convention(c) (Int32) -> Void).self)(Int32(count))
    } else if let set = self["bli_thread_set_num_threads"] {
      unsafeBitCast(set, to: (@convention(c) (Int) -> Void).self)(count)
    }
  }

  /// The kernels that the library chose.
  var coreType: String? {
    if let name = text(self["openblas_get_corename"]) { return name }
    guard let query = self["bli_arch_query_id"], let string = self["bli_arch_string"] else { return nil }
    let id = unsafeBitCast(query, to: (@convention(c) () -> Int32).self)()
    typealias Name = @convention(c) (Int32) -> UnsafePointer<CChar>?
    return unsafeBitCast(string, to: Name.self)(id).map { String(cString: $0) }
  }

  /// Version and build options.
  var configuration: String? {
    if let text = text(self["openblas_get_config"]) { return text }
    if let version = text(self["bli_info_get_version_str"]) { return "BLIS \(version)" }
    guard let version = self["MKL_Get_Version_String"] else { return nil }
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
