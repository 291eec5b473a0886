import KernelTypes
import Parallel

/// The machine at its best: register-only multiply-adds and plain reads, by the best SIMD build and all threads
/// of the pool.
public struct Probes: Sendable {
  private let table: SIMDTable
  private let pool: ThreadPool

  public init(pool: ThreadPool) {
    self.pool = pool
    table = Backends.best.table()
  }

  /// FLOPs of `multiplyAdd(iterations:)`, all threads together.
  public func multiplyAddFLOPs(iterations: Int) -> Int {
    iterations * table.multiplyAddProbeFLOPs * pool.threads
  }

  /// Runs `iterations` rounds of independent multiply-adds on every thread and returns the mean of all accumulators,
  /// which is (1 + 2⁻²⁰) to the power of `iterations` but for rounding.
  public func multiplyAdd(iterations: Int) -> Double {
    let sum = sumOverThreads { _ in table.multiplyAddProbe(iterations) }
    return Double(sum) / Double(table.multiplyAddProbeFLOPs / 2 * pool.threads)
  }

  /// Fills a buffer as `read` will read it, each thread its part, so that the memory lies near the core that reads it.
  public func fill(_ buffer: UnsafeMutableBufferPointer<Float>, with value: Float) {
    pool.run { thread in
      UnsafeMutableBufferPointer(rebasing: buffer[part(thread, of: buffer.count)]).update(repeating: value)
    }
  }

  /// Reads all of `buffer` once, each thread its own contiguous part, and returns its sum.
  public func read(_ buffer: UnsafeBufferPointer<Float>) -> Float {
    guard let base = buffer.baseAddress else { return 0 }
    return sumOverThreads { thread in
      let part = part(thread, of: buffer.count)
      return table.readProbe(base + part.lowerBound, part.count)
    }
  }

  private func part(_ thread: Int, of count: Int) -> Range<Int> {
    let length = (count / pool.threads + 1023) / 1024 * 1024
    let start = min(thread * length, count)
    return start..<(thread == pool.threads - 1 ? count : min(start + length, count))
  }

  private func sumOverThreads(_ body: (Int) -> Float) -> Float {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: pool.threads) { sums in
      pool.run { thread in sums.initializeElement(at: thread, to: body(thread)) }
      return sums.reduce(0, +)
    }
  }
}
