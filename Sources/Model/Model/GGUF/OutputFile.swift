import Glibc

/// A file that is whole or absent: written beside `path` under another name, flushed to the disk, then renamed.
/// Removed again where `finish` is not reached.
final class OutputFile {
  private let path: String, temporary: String
  private let descriptor: Int32
  private var isFinished = false

  /// Begins a file of `byteCount`; a disk without room for it is known now, where the file system can tell.
  init(path: String, byteCount: Int) throws(GGUFError) {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    self.path = path
    temporary = "\(path[..<slash]).\(path[slash...]).\(getpid()).tmp"
    descriptor = open(temporary, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    let code = posix_fallocate(descriptor, 0, off_t(byteCount))
    guard [0, EOPNOTSUPP, EINVAL, EINTR].contains(code) else { throw Self.failure(path, code) }
  }

  deinit { if !isFinished { discard() } }

  func write(_ bytes: UnsafeRawBufferPointer) throws(GGUFError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        throw Self.failure(path, errno)
      }
    }
  }

  /// Gives the file its name, in place of any other file of that name.
  func finish() throws(GGUFError) {
    guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw Self.failure(path, errno) }
    isFinished = true
    close(descriptor)
  }

  private func discard() {
    close(descriptor)
    unlink(temporary)
  }

  private static func failure(_ path: String, _ code: Int32) -> GGUFError {
    switch code {
    case ENOSPC, EDQUOT:
      GGUFError(path, "cannot be written: the disk is full", fix: "make room or name another folder")
    case EFBIG:
      GGUFError(
        path, "is larger than a file may be here", fix: "raise the limit (ulimit -f) or name another disk")
    case ENOENT, ENOTDIR:
      GGUFError(path, "cannot be written: there is no such folder", fix: "make it or name another one")
    case EACCES, EPERM, EROFS:
      GGUFError(path, "may not be written", fix: "name a folder in which you may write")
    default:
      GGUFError(path, "cannot be written: \(String(cString: strerror(code)))", fix: "name another file")
    }
  }
}

extension GGUFFile {
  /// Refuses to write over a part of this very file, over anything but a regular file, and, unless `mayReplace`, over
  /// any file at all.
  public func checkOutput(_ output: String, mayReplace: Bool) throws(GGUFError) {
    var facts = stat()
    guard stat(output, &facts) == 0 else { return }  // writing will tell what else is wrong
    if facts.st_mode & S_IFMT == S_IFDIR {
      throw GGUFError(output, "is a directory", fix: "name a file inside it")
    }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw GGUFError(output, "is not a regular file", fix: "name another file")
    }
    if parts.contains(where: { $0.owner?.identity == FileIdentity(facts) }) {
      throw GGUFError(output, "is the input itself", fix: "name another file")
    }
    guard mayReplace else {
      throw GGUFError(output, "exists already", fix: "name another file or give --force")
    }
  }
}
