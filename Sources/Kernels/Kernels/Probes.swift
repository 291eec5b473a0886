import Parallel

/// The machine at its best: register-only multiply-adds and plain reads, by the best SIMD build and all threads
/// of the pool.
public struct Probes: Sendable {
  private let table: SIMDTable
  private let pool: ThreadPool

  public init(pool: ThreadPool) {
    self.pool = pool
    table = Backends.simdTables[Backends.simdTables.count - 1].table
  }

  /// FLOPs of `multiplyAdd(iterations:)`, all threads together.
  public func multiplyAddFLOPs(iterations: Int) -> Int {
    iterations * table.multiplyAddProbeFLOPs * pool.threads
  }

  /// Runs `iterations` rounds of independent multiply-adds on every thread; their values are a fixed point at 1, so
  /// that the sum is the number of accumulators.
  public func multiplyAdd(iterations: Int) -> Float {
    sumOverThreads { _ in table.multiplyAddProbe(iterations) }
  }

  /// What `multiplyAdd` returns if nothing was left out.
  public var accumulators: Int { table.multiplyAddProbeFLOPs / 2 * pool.threads }

  /// Reads all of `buffer` once, each thread its own contiguous part, and returns its sum.
  public func read(_ buffer: UnsafeBufferPointer<Float>) -> Float {
    guard let base = buffer.baseAddress else { return 0 }
    let part = (buffer.count / pool.threads + 1023) / 1024 * 1024
    return sumOverThreads { thread in
      let start = min(thread * part, buffer.count)
      let end = thread == pool.threads - 1 ? buffer.count : min(start + part, buffer.count)
      return table.readProbe(base + start, end - start)
    }
  }

  private func sumOverThreads(_ body: (Int) -> Float) -> Float {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: pool.threads) { sums in
      pool.run { thread in sums.initializeElement(at: thread, to: body(thread)) }
      return sums.reduce(0, +)
    }
  }
}
