#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension FileRoot {
  /// Overwrites a file that is there with one line, as `echo` does: what the kernel's setting files expect.
  func set(_ path: String, to value: String) throws(FileProblem) {
    try put("\(value)\n", to: path, flags: O_WRONLY | O_TRUNC)
  }

  /// Replaces or creates a file, one process at a time; it is whole or as before, however this
  /// program ends. Not flushed to the disk: what is kept this way is void after a restart of the machine.
  func replace(_ path: String, with text: String) throws(FileProblem) {
    let draft = draft(of: path)
    do throws(FileProblem) {
      try put(text, to: draft, flags: O_WRONLY | O_CREAT | O_TRUNC)
      guard rename(prefix + draft, prefix + path) == 0 else { throw FileProblem(path: path, code: errno) }
    } catch {
      unlink(prefix + draft)
      throw FileProblem(path: path, code: error.code)
    }
  }

  private func draft(of path: String) -> String { "\(path).new" }

  func discardDraft(of path: String) { unlink(prefix + draft(of: path)) }

  /// Why the user may not write a file that is there; nil where it is allowed.
  func denial(_ path: String) -> FileProblem? {
    access(prefix + path, W_OK) == 0 ? nil : FileProblem(path: path, code: errno)
  }

  func remove(_ path: String) throws(FileProblem) {
    if unlink(prefix + path) != 0 { throw FileProblem(path: path, code: errno) }
  }

  /// Without O_NONBLOCK, a FIFO in the place of a file would wait for ever.
  private func put(_ text: String, to path: String, flags: Int32) throws(FileProblem) {
    let file = open(prefix + path, flags | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0o644)
    guard file >= 0 else { throw FileProblem(path: path, code: errno) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    // In one piece: a setting's file takes each write as a whole value.
    let count = write(file, bytes, bytes.count)
    guard count == bytes.count else { throw FileProblem(path: path, code: count < 0 ? errno : EIO) }
  }
}
