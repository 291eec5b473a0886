import Measurement
import Parallel

extension KernelCases {
  /// An empty fork of all threads of `pool`: what handing out work costs before any is done. Nil for one thread, which
  /// forks nothing.
  public static func forkJoin(pool: ThreadPool) throws -> Case? {
    guard pool.threads > 1 else { return nil }
    let fork = Alternative(
      "pool", check: { checkFork(pool) }, body: { for _ in 0..<$0 { pool.run { _ in } } })
    return try Case(
      id: "threads.forkjoin.\(pool.threads)", title: "Fork-join, \(pool.threads) threads", work: Work(),
      alternatives: [fork])
  }

  /// Every thread must have run once.
  private static func checkFork(_ pool: ThreadPool) -> CheckResult {
    let runs = UnsafeMutableBufferPointer<Int>.allocate(capacity: pool.threads)
    defer { runs.deallocate() }
    runs.initialize(repeating: 0)
    pool.run { thread in runs[thread] += 1 }
    return CheckResult(
      metric: "threads that did not run once", error: Double(runs.count { $0 != 1 }), tolerance: 0,
      detail: "runs by thread: \(Array(runs))")
  }
}
