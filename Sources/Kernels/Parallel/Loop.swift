/// A body that a pool runs again and again, as `ThreadPool.forEach` does, but without an allocation in each fork.
public final class Loop: @unchecked Sendable {
  private let pool: ThreadPool
  private let body: (_ range: Range<Int>, _ thread: Int) -> Void
  private let turn: (_ thread: Int) -> Void
  private let extent: UnsafeMutablePointer<(count: Int, chunk: Int)>

  public init(_ pool: ThreadPool, _ body: @escaping (_ range: Range<Int>, _ thread: Int) -> Void) {
    (self.pool, self.body) = (pool, body)
    // Not read from the loop itself: counted references would carry one more cache line to every worker and back.
    let extent = UnsafeMutablePointer<(count: Int, chunk: Int)>.allocate(capacity: 1)
    extent.initialize(to: (0, 1))
    self.extent = extent
    turn = { [body, cursor = pool.team.cursor] thread in
      let (count, chunk) = extent.pointee
      while true {
        let start = cursor.next() * chunk
        guard start < count else { return }
        body(start..<min(start + chunk, count), thread)
      }
    }
  }

  deinit { extent.deallocate() }

  /// Splits 0 ..< count into chunks of `chunk`; a single one runs in the caller.
  public func run(count: Int, chunk: Int) {
    precondition(chunk > 0, "chunks of \(chunk)")
    guard count > 0 else { return }
    guard pool.threads > 1, count > chunk else { return body(0..<count, 0) }
    pool.repin()
    pool.team.cursor.reset()
    extent.pointee = (count, chunk)
    pool.team.runKeptWithWhoeverComes(turn)
  }
}
