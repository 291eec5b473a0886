import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file that could not be read: which, and why.
public struct FileProblem: Error, CustomStringConvertible, Sendable {
  /// The path as asked for, without the root's prefix.
  public let path: String
  /// The `errno` value; 0 for a file without content.
  public let code: Int32

  /// Whether the file is there and the user may not read it.
  public var isDenied: Bool { code == EACCES || code == EPERM }
  public var description: String {
    code == 0 ? "\(path): empty" : "\(path): \(String(cString: strerror(code)).lowercased())"
  }
}

/// Where `/proc` and `/sys` are read from: the running machine, or a folder that looks like one (tests).
public struct FileRoot: Sendable, Hashable {
  let prefix: String

  /// The running machine.
  public static let host = FileRoot("")

  /// - Parameter folder: stands in for `/`.
  public init(_ folder: String) { prefix = folder }

  /// Where the file lies in fact; for devices and programs, which must be opened by others.
  public func place(of path: String) -> String { prefix + path }

  /// The file's text without white space and zero bytes at its ends; bytes that are no UTF-8 become U+FFFD.
  /// - Parameter path: absolute, as on the machine.
  /// - Throws: `FileProblem`, also for an empty file.
  public func contents(_ path: String) throws(FileProblem) -> String {
    // Without O_NONBLOCK, a FIFO in the place of a file would wait for ever.
    let file = open(prefix + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileProblem(path: path, code: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while bytes.count < Self.largest {
      let count = read(file, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileProblem(path: path, code: errno) }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    let text = String(decoding: bytes, as: UTF8.self).trimmed
    guard !text.isEmpty else { throw FileProblem(path: path, code: 0) }
    return text
  }
  /// `/proc/cpuinfo` of 1,024 CPUs has under 2 MiB.
  private static let largest = 4 << 20

  /// The file's text, or why there is none.
  public func text(_ path: String) -> Reading<String> {
    do { return .measured(try contents(path)) } catch { return .missing(reason: error.description) }
  }

  /// A file that holds one line of printable text (up to a line break or a zero byte).
  public func line(_ path: String) -> Reading<String> {
    text(path).parsed("\(path): not a line of text") { $0.firstLine }
  }

  /// A file that holds one finite number, zero or more.
  public func number(_ path: String) -> Reading<Double> {
    text(path).parsed("\(path): not a number") { $0.amount }
  }

  /// Names in a folder, sorted; none if it cannot be read.
  public func list(_ path: String) -> [String] {
    guard let folder = opendir(prefix + path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
