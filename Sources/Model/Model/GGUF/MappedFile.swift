import Glibc

/// A file mapped into memory, read-only, for as long as the object lives.
final class MappedFile: @unchecked Sendable {  // the bytes never change
  let bytes: UnsafeRawBufferPointer

  /// Maps the regular file at `path`.
  init(path: String) throws(GGUFError) {
    // A named pipe would otherwise block until somebody writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.cannotOpen(path, errno) }
    defer { close(descriptor) }
    let size = try Self.size(of: descriptor, path)
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw GGUFError(path, "cannot be mapped: \(Self.text(errno))", fix: "put it on a local disk")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

  /// Lets go of the whole pages of `bytes`, a part of a mapped file; they are mapped again when they are read again.
  static func release(_ bytes: UnsafeRawBufferPointer) {
    let page = UInt(sysconf(Int32(_SC_PAGESIZE))), start = UInt(bitPattern: bytes.baseAddress)
    let first = (start + page - 1) / page * page, end = (start + UInt(bytes.count)) / page * page
    if end > first { madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED) }
  }

  private static func size(of descriptor: Int32, _ path: String) throws(GGUFError) -> Int {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw cannotOpen(path, errno) }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw GGUFError(path, "is a directory", fix: "name the .gguf file inside it")
    default: throw GGUFError(path, "is not a regular file", fix: "copy it to a file on disk first")
    }
    guard facts.st_size > 0 else { throw GGUFError(path, "is empty", fix: "download it again") }
    return Int(facts.st_size)
  }

  private static func cannotOpen(_ path: String, _ code: Int32) -> GGUFError {
    switch code {
    case ENOENT: GGUFError(path, "no such file", fix: "check the path")
    case EACCES, EPERM: GGUFError(path, "may not be read", fix: "give yourself read permission (chmod u+r)")
    default: GGUFError(path, "cannot be opened: \(text(code))", fix: "check the path")
    }
  }
  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
