/// Working memory that grows to what was needed most and stays: no allocation in steady state. Aligned to pages.
///
/// Threads have parts of their own in one object: an array of objects would count a reference in each task.
public final class Scratch: @unchecked Sendable {
  /// Two cache lines, so that none is shared.
  private struct Part {
    var memory: UnsafeMutableRawPointer?
    var capacity = 0
    var padding = InlineArray<14, Int>(repeating: 0)
  }

  private let parts: UnsafeMutableBufferPointer<Part>

  public init(threads: Int = 1) {
    parts = .allocate(capacity: threads)
    parts.initialize(repeating: Part())
  }

  deinit {
    for part in parts { part.memory?.deallocate() }
    parts.deallocate()
  }

  /// Room for `count` floats, uninitialised, until the thread's next call.
  public func floats(_ count: Int, thread: Int = 0) -> UnsafeMutablePointer<Float> {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    if bytes > parts[thread].capacity { grow(thread, to: bytes + bytes / 4) }
    return parts[thread].memory!.bindMemory(to: Float.self, capacity: count)
  }

  private func grow(_ thread: Int, to capacity: Int) {
    parts[thread].memory?.deallocate()
    parts[thread] = Part(memory: PageMemory.allocate(byteCount: capacity), capacity: capacity)
  }
}
