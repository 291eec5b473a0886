import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that are whole or absent, also after a crash, a power cut, on a full disk, or with another writer beside.
///
/// The text goes to a file beside its place, is flushed to the disk, and only then gets its name; the folder is
/// flushed last. What a killed writer leaves has a name that nothing reads (`.….tmp`).
package enum AtomicFile {
  /// Replaces what is at `path` by `data`.
  package static func replace(_ path: String, with data: Data) throws(ResultsError) {
    try replace(path, with: data, by: temporary(for: path))
  }

  static func replace(_ path: String, with data: Data, by temporary: String) throws(ResultsError) {
    if let code = writeThrough(data, to: temporary) ?? (rename(temporary, path) == 0 ? nil : errno) {
      unlink(temporary)
      throw .from(code, path: path)
    }
    flush(folder: split(path).folder)
  }

  /// Stores `data` under the first of `paths` that nobody has; the file is never there without its contents.
  /// - Returns: that path.
  static func create(_ data: Data, at paths: some Sequence<String>) throws(ResultsError) -> String? {
    var temporary: String?
    defer { if let temporary { unlink(temporary) } }
    for path in paths {
      if temporary == nil {
        temporary = Self.temporary(for: path)
        if let code = writeThrough(data, to: temporary!) { throw .from(code, path: path) }
      }
      if try give(temporary!, name: path) {
        flush(folder: split(path).folder)
        return path
      }
    }
    return nil
  }

  /// Makes a folder and those above it, and makes their names last.
  package static func makeFolder(_ path: String) throws(ResultsError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      let above = made.isEmpty ? "." : made
      made += made.isEmpty || made.hasSuffix("/") ? part : "/\(part)"
      if mkdir(made, 0o755) == 0 {
        flush(folder: above)
        continue
      }
      let code = errno
      if !isFolder(made) { throw .from(code, path: made) }
    }
  }

  /// Removes what killed writers left: no write takes an hour.
  static func removeLeftovers(in folder: String, olderThan age: Int = 3600) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
      var status = stat()
      let path = "\(folder)/\(name)"
      if lstat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec >= age { unlink(path) }
    }
  }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Random, because processes in two containers may share a folder and have one number.
  static func temporary(for path: String) -> String {
    let (folder, name) = split(path)
    return "\(folder)/.\(name).\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
  }

  /// Gives the file at `temporary` a name that is free; false where it is taken.
  private static func give(_ temporary: String, name path: String) throws(ResultsError) -> Bool {
    if link(temporary, path) == 0 { return true }
    switch errno {
    case EEXIST: return false
    // File systems without hard links: FAT, some shared folders.
    case EPERM, ENOSYS, EOPNOTSUPP, EMLINK: return try reserveAndRename(temporary, path)
    case let code: throw .from(code, path: path)
    }
  }

  private static func reserveAndRename(_ temporary: String, _ path: String) throws(ResultsError) -> Bool {
    let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      if errno == EEXIST { return false }
      throw .from(errno, path: path)
    }
    close(file)
    if rename(temporary, path) == 0 { return true }
    let code = errno
    unlink(path)  // the empty file that held the name
    throw .from(code, path: path)
  }

  /// The `errno` that stopped it, or nil.
  static func writeThrough(_ data: Data, to path: String) -> Int32? {
    let file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o644)
    guard file >= 0 else { return errno }
    let failure = data.withUnsafeBytes { writeAll($0, to: file) } ?? flush(file)
    // Network file systems report a full disk here at the latest. Linux closes it even if a signal came between.
    let closed = close(file) == 0 || errno == EINTR ? nil : errno
    return failure ?? closed
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count == 0 { return EIO }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
    }
    return nil
  }

  private static func flush(_ file: Int32) -> Int32? {
    while fsync(file) != 0 { if errno != EINTR { return errno } }
    return nil
  }

  /// Makes new names last; some file systems cannot, which only matters if the power fails now.
  private static func flush(folder: String) {
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = flush(file)
    close(file)
  }

  static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), path[path.index(after: slash)...])
  }
}
