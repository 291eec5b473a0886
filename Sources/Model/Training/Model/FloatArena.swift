import Parallel

/// Floats that are taken piece by piece and freed together; all zero at first.
final class FloatArena: @unchecked Sendable {
  private let start: UnsafeMutablePointer<Float>
  private let capacity: Int
  private var used = 0

  /// Room for `pieces` pieces of `floats` floats in all.
  init(floats: Int, pieces: Int = 1) {
    capacity = max(floats + pieces * Self.line, 1)
    let bytes = capacity * MemoryLayout<Float>.stride
    start = PageMemory.allocate(byteCount: bytes).bindMemory(to: Float.self, capacity: capacity)
    start.initialize(repeating: 0, count: capacity)
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  /// Floats of a cache line, at which every piece begins.
  private static let line = 16

  /// The next `count` floats.
  func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    defer { used += (count + Self.line - 1) / Self.line * Self.line }
    precondition(used + count <= capacity, "the arena holds \(capacity) floats")
    return start + used
  }
}
