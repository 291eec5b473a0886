/// Reads the header of a GGUF file from front to back; never past its end.
struct GGUFCursor {
  let bytes: UnsafeRawBufferPointer
  let path: String
  /// Keeps the bytes alive, for what is decoded later.
  let owner: AnyObject?
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer, path: String, owner: AnyObject? = nil) {
    (self.bytes, self.path, self.owner) = (bytes, path, owner)
  }

  var remaining: Int { bytes.count - offset }

  /// The next `count` bytes.
  mutating func take(_ count: Int, _ what: @autoclosure () -> String) throws(GGUFError)
    -> UnsafeRawBufferPointer
  {
    guard count <= remaining else { throw endsInside(what(), bytes: count) }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  /// The next little-endian integer.
  mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ what: @autoclosure () -> String)
    throws(GGUFError) -> T
  {
    T(littleEndian: try take(MemoryLayout<T>.size, what()).loadUnaligned(as: T.self))
  }

  /// The next u64 as a count of things that take `size` bytes or more each; refused where the rest of the
  /// file cannot hold them, before anything is allocated.
  mutating func count(of size: Int, _ what: @autoclosure () -> String) throws(GGUFError) -> Int {
    let start = offset
    let count: UInt64 = try integer("the number of \(what())")
    guard count <= UInt64(remaining / size) else {
      let problem = "claims \(count) \(what()), more than the \(remaining) bytes after it can hold"
      throw GGUFError(path, problem, at: start, fix: "download it again")
    }
    return Int(count)
  }

  /// The next string: u64 length, then UTF-8.
  mutating func string(_ what: @autoclosure () -> String) throws(GGUFError) -> String {
    let start = offset
    guard let text = String(validating: try stringBytes(what()), as: UTF8.self) else {
      throw notUTF8(what(), at: start)
    }
    return text
  }

  /// Checks the next string and allocates nothing.
  mutating func passString(_ what: @autoclosure () -> String) throws(GGUFError) {
    let start = offset
    let raw = try stringBytes(what())
    do { _ = try UTF8Span(validating: raw.bindMemory(to: UInt8.self).span) } catch {
      throw notUTF8(what(), at: start)
    }
  }

  private mutating func stringBytes(_ what: @autoclosure () -> String) throws(GGUFError)
    -> UnsafeRawBufferPointer
  {
    let length = try count(of: 1, "characters in \(what())")
    return try take(length, what())
  }

  private func notUTF8(_ what: String, at start: Int) -> GGUFError {
    GGUFError(path, "\(what) is not UTF-8", at: start + 8, fix: "download it again")
  }

  private func endsInside(_ what: String, bytes count: Int) -> GGUFError {
    let (end, overflow) = offset.addingReportingOverflow(count)
    let needed = overflow ? "more" : "bytes \(offset)–\(end)"
    let problem = "ends at byte \(bytes.count) inside \(what), which needs \(needed)"
    return GGUFError(path, problem, fix: "download it again")
  }
}
