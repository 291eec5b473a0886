import CAllocations

/// What a body allocates on its own thread, by count of the C library's allocator.
struct Allocations {
  /// Bytes alive at once, at most, beyond those before.
  let peak: Int
  /// The largest single request, granted or not.
  let largest: Int
  /// Requests, of this thread.
  let requests: Int

  static func counting(_ body: () -> Void) -> Allocations {
    ca_begin()
    body()
    let count = ca_end()
    return Allocations(peak: count.peak, largest: Int(clamping: count.largest), requests: count.count)
  }

  /// Twice the file, and what an error's text and a few tables take whatever the file's size.
  static func limit(fileBytes: Int) -> Int { 2 * fileBytes + 32 << 10 }

  func exceed(fileBytes: Int) -> Bool { max(peak, largest) > Self.limit(fileBytes: fileBytes) }
}
