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

  private let team = Team()
  private var handles: [pthread_t] = []

  /// Starts `threads − 1` workers; one thread runs everything in the caller.
  public init(threads: Int) {
    precondition(threads >= 1, "a thread pool needs at least one thread")
    self.threads = threads
    for index in 1..<threads { start(worker: index) }
  }

  deinit {
    team.stop()
    for handle in handles { pthread_join(handle, nil) }
  }

  /// Calls `body(thread)` once on each thread, 0 being the caller, at the same time.
  public func run(_ body: (_ thread: Int) -> Void) {
    guard threads > 1 else { return body(0) }
    team.fork(body) { team.finished.value == UInt32(threads - 1) && team.gate.isEmpty }
  }

  /// Splits 0 ..< count into chunks of `chunk` that the threads take one after the other, so that a slow core
  /// does not hold the rest; a thread that comes too late finds nothing left and is not waited for. A single
  /// chunk runs in the caller.
  public func forEach(count: Int, chunk: Int, _ body: (_ range: Range<Int>, _ thread: Int) -> Void) {
    precondition(chunk > 0, "chunks of \(chunk)")
    guard count > 0 else { return }
    guard threads > 1, count > chunk else { return body(0..<count, 0) }
    team.cursor.store(0)
    let takeChunks = { [team] (thread: Int) in
      while true {
        let start = Int(team.cursor.add(1)) * chunk
        guard start < count else { return }
        body(start..<min(start + chunk, count), thread)
      }
    }
    team.fork(takeChunks) { [team] in
      team.gate.close()
      return team.gate.isEmpty
    }
  }

  private func start(worker index: Int) {
    let worker = Unmanaged.passRetained(Worker(team: team, index: index))
    var handle = pthread_t()
    let status = pthread_create(&handle, nil, ThreadPool.enter, worker.toOpaque())
    precondition(status == 0, "cannot start a thread (pthread_create: \(status)); lower -t")
    handles.append(handle)
  }

  private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
    let worker = Unmanaged<Worker>.fromOpaque(raw!).takeRetainedValue()
    worker.team.work(as: worker.index)
    return nil
  }
}
