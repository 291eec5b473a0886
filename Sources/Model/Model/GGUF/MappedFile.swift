import Glibc

/// Bytes that a file consists of, and what keeps them alive.
struct MappedBytes: @unchecked Sendable {  // the bytes never change
  let bytes: UnsafeRawBufferPointer
  let owner: MappedFile?
}

/// A file mapped into memory, read-only, for as long as the object lives.
final class MappedFile: @unchecked Sendable {  // the bytes never change
  let bytes: UnsafeRawBufferPointer
  /// Which file it is, whatever its name.
  let identity: FileIdentity

  /// Maps the regular file at `path`.
  init(path: String) throws(GGUFError) {
    // A named pipe would otherwise block until somebody writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.cannotOpen(path, errno) }
    defer { close(descriptor) }
    let facts = try Self.facts(of: descriptor, path)
    let size = Int(facts.st_size)
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw GGUFError(path, "cannot be mapped: \(Self.text(errno))", fix: "put it on a local disk")
    }
    identity = FileIdentity(facts)
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

  /// Lets go of the whole pages of `bytes`, a part of a mapped file; they are mapped again when they are read again.
  static func release(_ bytes: UnsafeRawBufferPointer) {
    let page = UInt(sysconf(Int32(_SC_PAGESIZE))), start = UInt(bitPattern: bytes.baseAddress)
    let first = (start + page - 1) / page * page, end = (start + UInt(bytes.count)) / page * page
    if end > first { madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED) }
  }

  private static func facts(of descriptor: Int32, _ path: String) throws(GGUFError) -> stat {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw cannotOpen(path, errno) }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw GGUFError(path, "is a directory", fix: "name the .gguf file inside it")
    default: throw GGUFError(path, "is not a regular file", fix: "copy it to a file on disk first")
    }
    guard facts.st_size > 0 else { throw GGUFError(path, "is empty", fix: "download it again") }
    return facts
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

/// Two names with the same identity are one file.
struct FileIdentity: Equatable {
  let device: UInt, number: UInt

  init(_ facts: stat) { (device, number) = (UInt(facts.st_dev), UInt(facts.st_ino)) }
}
