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

  /// Runs `iterations` rounds of independent multiply-adds on every thread.
  public func multiplyAdd(iterations: Int) {
    pool.run { [table] _ in keep(table.multiplyAddProbe(iterations)) }
  }

  /// Reads all of `buffer` once, each thread its own contiguous part.
  public func read(_ buffer: UnsafeBufferPointer<Float>) {
    guard let base = buffer.baseAddress else { return }
    let part = (buffer.count + pool.threads - 1) / pool.threads
    pool.run { [table, threads = pool.threads] thread in
      let start = min(thread * part, buffer.count)
      let end = thread == threads - 1 ? buffer.count : min(start + part, buffer.count)
      keep(table.readProbe(base + start, end - start))
    }
  }
}

/// Makes the optimiser believe that the value is used.
@inline(never)
@_optimize(none)
private func keep(_ value: Float) {}
