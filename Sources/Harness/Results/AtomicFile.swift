import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that are whole or absent, also after a crash or on a full disk.
enum AtomicFile {
  /// Replaces what is at `path` by `data`: a file beside it is written, flushed to the disk and renamed.
  static func replace(_ path: String, with data: Data) throws(ResultsError) {
    let (folder, name) = split(path)
    let temporary = "\(folder)/.\(name).\(getpid()).tmp"
    if let code = writeThrough(data, to: temporary) ?? (rename(temporary, path) == 0 ? nil : errno) {
      unlink(temporary)
      throw .from(code, path: path)
    }
    flushFolder(folder)
  }

  /// Creates an empty file under a name that nobody has; false where it is taken.
  static func reserve(_ path: String) throws(ResultsError) -> Bool {
    let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
    if file >= 0 {
      close(file)
      return true
    }
    if errno == EEXIST { return false }
    throw .from(errno, path: path)
  }

  /// The `errno` that stopped it, or nil.
  private static func writeThrough(_ data: Data, to path: String) -> Int32? {
    let file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o644)
    guard file >= 0 else { return errno }
    let failure = data.withUnsafeBytes { writeAll($0, to: file) } ?? (fsync(file) == 0 ? nil : errno)
    // Network file systems report a full disk here at the latest.
    let closed = close(file) == 0 ? nil : errno
    return failure ?? closed
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
    }
    return nil
  }

  /// Makes the new name last; some file systems cannot, which only matters if the power fails now.
  private static func flushFolder(_ folder: String) {
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { return }
    fsync(file)
    close(file)
  }

  private static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
    return (String(path[..<slash]), path[path.index(after: slash)...])
  }
}
