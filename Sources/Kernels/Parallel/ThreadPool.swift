import Glibc
import Synchronization

/// A fork-join pool: `run` calls a body once on every thread, the caller's included, and returns when all have
/// finished. Threads spin for a while between two calls, so that a fork costs about a microsecond, and then sleep,
/// so that an idle pool costs nothing.
///
/// A pool serves one caller at a time; bodies must not call `run` themselves.
public final class ThreadPool: @unchecked Sendable {
  /// Threads at work, the caller's included.
  public let threads: Int

  /// About 50 µs: longer than the pauses between the operations of a model, shorter than anybody would notice.
  private static let spins = 40_000

  private let epoch = SharedWord()
  private let epochSleepers = SharedWord()
  private let pending = SharedWord()
  private let pendingSleepers = SharedWord()
  private let cursor = SharedWord()
  private let isStopping = SharedWord()
  private var body: ((Int) -> Void)?
  private var handles: [pthread_t] = []

  /// Starts `threads − 1` workers; one thread runs everything in the caller.
  public init(threads: Int) {
    precondition(threads >= 1, "a thread pool needs at least one thread")
    self.threads = threads
    for index in 1..<max(threads, 1) { start(worker: index) }
  }

  deinit {
    isStopping.store(1)
    _ = epoch.add(1)
    epoch.wake(epochSleepers)
    for handle in handles { pthread_join(handle, nil) }
    for word in [epoch, epochSleepers, pending, pendingSleepers, cursor, isStopping] { word.deallocate() }
  }

  /// Calls `body(thread)` once for each thread, 0 being the caller.
  public func run(_ body: (_ thread: Int) -> Void) {
    guard threads > 1 else { return body(0) }
    withoutActuallyEscaping(body) { escaping in
      self.body = escaping
      pending.store(UInt32(threads - 1))
      _ = epoch.add(1)
      epoch.wake(epochSleepers)
      escaping(0)
      waitForWorkers()
      self.body = nil
    }
  }

  /// Splits 0 ..< count into chunks of `chunk` that the threads take one after the other, so that a slow core
  /// does not hold the rest. A single chunk runs in the caller.
  public func forEach(count: Int, chunk: Int, _ body: (_ range: Range<Int>, _ thread: Int) -> Void) {
    guard count > 0 else { return }
    guard threads > 1, count > chunk else { return body(0..<count, 0) }
    cursor.store(0)
    run { thread in
      while true {
        let start = Int(cursor.add(1)) * chunk
        guard start < count else { return }
        body(start..<min(start + chunk, count), thread)
      }
    }
  }

  private func waitForWorkers() {
    var left = pending.value
    while left != 0 { left = pending.waitForChange(from: left, spins: Self.spins, sleepers: pendingSleepers) }
  }

  private func start(worker index: Int) {
    let context = Unmanaged.passRetained(WorkerContext(pool: self, index: index))
    var handle = pthread_t()
    let status = pthread_create(&handle, nil, ThreadPool.enter, context.toOpaque())
    precondition(status == 0, "cannot start a thread (pthread_create: \(status)); lower -t")
    handles.append(handle)
  }

  private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
    let context = Unmanaged<WorkerContext>.fromOpaque(raw!).takeRetainedValue()
    // Unowned, so that the pool can end; it joins its workers before it goes.
    let pool = context.pool
    pool.takeUnretainedValue().work(as: context.index)
    return nil
  }

  private func work(as index: Int) {
    var seen: UInt32 = 0
    while true {
      seen = epoch.waitForChange(from: seen, spins: Self.spins, sleepers: epochSleepers)
      if isStopping.value != 0 { return }
      body!(index)
      if pending.add(.max) == 1 { pending.wake(pendingSleepers) }
    }
  }

  /// What a worker gets when it starts.
  private final class WorkerContext {
    let pool: Unmanaged<ThreadPool>
    let index: Int
    init(pool: ThreadPool, index: Int) {
      self.pool = Unmanaged.passUnretained(pool)
      self.index = index
    }
  }
}
