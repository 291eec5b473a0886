import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One measuring run at a time on a machine: an exclusive `flock(2)` on one file, which the kernel frees however its
/// holder ends. Containers that share no folder do not see each other's.
public final class MachineLock {
  /// Who holds it, as far as its file tells.
  public struct Holder: Hashable, Sendable {
    public var process: Int32
    /// As its holder wrote it, ISO 8601.
    public var started: String
  }

  public enum Attempt {
    case taken(MachineLock)
    /// Nil where the holder has not said yet who it is.
    case held(by: Holder?)
  }

  /// The file that all users of this machine agree on: in the first folder in which everybody may create files, so
  /// that root and others choose the same; else in the user's own. Nil where there is none of them.
  public static func usualPath(
    runtimeFolder: String?, shared: [String] = ["/run/lock", "/tmp"]
  ) -> String? {
    let open = shared.first { folder in
      var facts = stat()
      guard stat(folder, &facts) == 0 else { return false }
      return facts.st_mode & S_IFMT == S_IFDIR && facts.st_mode & S_IWOTH != 0
    }
    return (open ?? runtimeFolder).map { "\($0)/perwatt.lock" }
  }

  private let file: Int32
  private init(_ file: Int32) { self.file = file }
  // The file stays: whoever removed it could let two others lock two files of one name.
  deinit { close(file) }

  /// Takes the lock if it is free, without waiting.
  /// - Parameters:
  ///   - path: created where it is missing, for everybody.
  ///   - started: for others to read; ISO 8601.
  /// - Throws: `FileProblem` where the file cannot be opened or locked.
  public static func attempt(_ path: String, started: String) throws(FileProblem) -> Attempt {
    let file = try descriptor(path)
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      let problem = errno
      if problem == EINTR { continue }
      let holder = problem == EWOULDBLOCK ? holder(file) : nil
      close(file)
      guard problem == EWOULDBLOCK else { throw FileProblem(path: path, code: problem) }
      return .held(by: holder)
    }
    // Only a courtesy to those who wait: a file that cannot be written locks as well.
    let text = Array("\(getpid()) \(started)\n".utf8)
    if ftruncate(file, 0) == 0 { _ = pwrite(file, text, text.count, 0) }
    return .taken(MachineLock(file))
  }

  /// Never through a link, and created only where there is nothing: in a folder of everybody, anything may be there.
  private static func descriptor(_ path: String) throws(FileProblem) -> Int32 {
    let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    // Another process may create it between two of these; a file of another user is often for reading only.
    for _ in 0..<3 {
      for mode in [O_RDWR, O_RDONLY] {
        let file = open(path, flags | mode)
        if file >= 0 { return try regular(file, path) }
      }
      guard errno == ENOENT else { break }
      let file = open(path, flags | O_RDWR | O_CREAT | O_EXCL, 0o666)
      if file >= 0 {
        // The user's mask must not keep others out.
        _ = fchmod(file, 0o666)
        return file
      }
      guard errno == EEXIST else { break }
    }
    throw FileProblem(path: path, code: errno)
  }

  private static func regular(_ file: Int32, _ path: String) throws(FileProblem) -> Int32 {
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw FileProblem(path: path, code: EINVAL)
    }
    return file
  }

  private static func holder(_ file: Int32) -> Holder? {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = pread(file, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    let words = String(decoding: bytes[..<count], as: UTF8.self).words
    // Anybody may have written it, and it goes to a terminal.
    guard words.count == 2, let process = Int32(words[0]), process > 0,
      words[1].unicodeScalars.allSatisfy({ ("0"..."9").contains($0) || "-:TZ".unicodeScalars.contains($0) })
    else { return nil }
    return Holder(process: process, started: String(words[1]))
  }
}
