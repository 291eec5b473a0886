import Parallel
import Statistics

/// Floats of an operand; seeded, in [−1, 1).
final class Operand {
  let data: UnsafeMutablePointer<Float>
  let count: Int

  init(_ count: Int, seed: UInt64 = 1) {
    self.count = count
    data = PageMemory.allocate(byteCount: count * 4).bindMemory(to: Float.self, capacity: max(count, 1))
    fill(seed: seed)
  }

  deinit { UnsafeMutableRawPointer(data).deallocate() }

  func fill(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for i in 0..<count { data[i] = random.symmetric() }
  }

  /// Makes every element NaN.
  func spoil() { for i in 0..<count { data[i] = .nan } }

  subscript(_ i: Int) -> Double { Double(data[i]) }
}
