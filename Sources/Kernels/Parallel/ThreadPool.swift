import Glibc
import Synchronization

/// A fork-join pool: bodies run on all threads, the caller's included. Threads poll for a while between two forks,
/// so that a fork costs about a microsecond, then yield, so that a busy machine is not blocked, and then sleep, so
/// that an idle pool costs nothing.
///
/// A pool serves one caller at a time; bodies must not fork themselves.
public final class ThreadPool: @unchecked Sendable {
  /// Threads at work, the caller's included.
  public let threads: Int

  /// The number of the last fork; workers wait for it to change.
  private let epoch = SharedWord(), epochSleepers = SharedWord()
  private let gate = Gate()
  /// Changes whenever a worker leaves; the caller waits for it.
  private let departures = SharedWord(), departureSleepers = SharedWord()
  /// Workers that have finished this fork.
  private let finished = SharedWord()
  /// The next chunk of `forEach`.
  private let cursor = SharedWord()
  private let isStopping = SharedWord()
  private var body: ((Int) -> Void)?
  private var handles: [pthread_t] = []

  /// Starts `threads − 1` workers; one thread runs everything in the caller.
  public init(threads: Int) {
    precondition(threads >= 1, "a thread pool needs at least one thread")
    self.threads = threads
    for index in 1..<threads { start(worker: index) }
  }

  deinit {
    isStopping.store(1)
    epoch.add(1)
    epoch.wake(epochSleepers)
    for handle in handles { pthread_join(handle, nil) }
    gate.deallocate()
    for word in [epoch, epochSleepers, departures, departureSleepers, finished, cursor, isStopping] {
      word.deallocate()
    }
  }

  /// Calls `body(thread)` once on each thread, 0 being the caller, at the same time.
  public func run(_ body: (_ thread: Int) -> Void) {
    guard threads > 1 else { return body(0) }
    fork(body) { finished.value == UInt32(threads - 1) && gate.isEmpty }
  }

  /// Splits 0 ..< count into chunks of `chunk` that the threads take one after the other, so that a slow core
  /// does not hold the rest; a thread that comes too late finds nothing left and is not waited for. A single
  /// chunk runs in the caller.
  public func forEach(count: Int, chunk: Int, _ body: (_ range: Range<Int>, _ thread: Int) -> Void) {
    precondition(chunk > 0, "chunks of \(chunk)")
    guard count > 0 else { return }
    guard threads > 1, count > chunk else { return body(0..<count, 0) }
    cursor.store(0)
    let takeChunks = { (thread: Int) in
      while true {
        let start = Int(self.cursor.add(1)) * chunk
        guard start < count else { return }
        body(start..<min(start + chunk, count), thread)
      }
    }
    fork(takeChunks) {
      gate.close()
      return gate.isEmpty
    }
  }

  /// Runs `body` here and on the workers that join, until `isDone` after the caller's own share.
  private func fork(_ body: (Int) -> Void, until isDone: () -> Bool) {
    withoutActuallyEscaping(body) { escaping in
      self.body = escaping
      finished.store(0)
      let number = epoch.value &+ 1
      gate.open(epoch: number)
      epoch.store(number)
      epoch.wake(epochSleepers)
      escaping(0)
      while true {
        let seen = departures.value
        if isDone() { break }
        _ = departures.waitForChange(from: seen, sleepers: departureSleepers)
      }
      gate.close()
      self.body = nil
    }
  }

  private func work(as index: Int) {
    var seen: UInt32 = 0
    while true {
      seen = epoch.waitForChange(from: seen, sleepers: epochSleepers)
      if isStopping.value != 0 { return }
      guard gate.join(epoch: seen) else { continue }
      body!(index)
      finished.add(1)
      gate.leave()
      departures.add(1)
      departures.wake(departureSleepers)
    }
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
    context.pool.takeUnretainedValue().work(as: context.index)
    return nil
  }

  /// What a worker gets when it starts. Unowned, so that the pool can end; it joins its workers before it goes.
  private final class WorkerContext {
    let pool: Unmanaged<ThreadPool>
    let index: Int
    init(pool: ThreadPool, index: Int) {
      self.pool = Unmanaged.passUnretained(pool)
      self.index = index
    }
  }
}
