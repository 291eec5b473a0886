#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What tells that a file is still the one that was read: another length, time of change or inode is another file.
struct FileStamp: Hashable {
  /// A file that was written again within this time could look unchanged.
  static let settled = 2

  var size: UInt64
  var inode: UInt64
  /// Nanoseconds since 1970 of the last change of the contents, and of the file's entry.
  var modified: UInt64
  var changed: UInt64

  init(size: UInt64, inode: UInt64, modified: UInt64, changed: UInt64) {
    (self.size, self.inode, self.modified, self.changed) = (size, inode, modified, changed)
  }

  /// Nil where there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    func nanoseconds(_ time: timespec) -> UInt64 {
      UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
    }
    size = UInt64(truncatingIfNeeded: status.st_size)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    (modified, changed) = (nanoseconds(status.st_mtim), nanoseconds(status.st_ctim))
  }

  /// Whether the last change is long enough ago for the stamp to be trusted.
  var isSettled: Bool {
    let now = UInt64(max(time(nil), 0)) &* 1_000_000_000
    return max(modified, changed) &+ UInt64(Self.settled) &* 1_000_000_000 <= now
  }
}
