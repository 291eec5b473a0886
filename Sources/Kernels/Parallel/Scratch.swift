/// Working memory that grows to what was needed most and stays: no allocation in steady state. Aligned to pages.
public final class Scratch: @unchecked Sendable {
  private var memory: UnsafeMutableRawPointer?
  private var capacity = 0

  public init() {}

  deinit { memory?.deallocate() }

  /// Room for `count` floats, uninitialised, until the next call.
  public func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    if bytes > capacity || memory == nil {
      memory?.deallocate()
      capacity = bytes + bytes / 4
      memory = PageMemory.allocate(byteCount: capacity)
    }
    return memory!.bindMemory(to: Float.self, capacity: count)
  }
}
