/// Floats that live as long as their owner; aligned to 4 KiB.
final class FloatBuffer: @unchecked Sendable {
  let data: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    data = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 4096)
      .bindMemory(to: Float.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(data).deallocate() }
}
