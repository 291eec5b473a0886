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
  /// The CPU of each thread; empty where they run wherever the system puts them.
  public private(set) var cpus: [Int] = []
  /// Why threads that were to be pinned are not, in one line.
  public private(set) var pinningProblem: String?

  let team = Team()
  private var handles: [pthread_t] = []
  private var caller: PinnedCaller?

  /// Starts `threads − 1` workers; one thread runs everything in the caller.
  ///
  /// - Parameter pinning: CPUs to which the threads are tied, the calling thread to the first one, from the start
  ///   again where there are more threads than CPUs. All threads run freely if one CPU is refused.
  public init(threads: Int, pinning cpus: [Int] = []) {
    precondition(threads >= 1, "a thread pool needs at least one thread")
    self.threads = threads
    for index in 1..<threads { start(worker: index) }
    if !cpus.isEmpty { pin(to: (0..<threads).map { cpus[$0 % cpus.count] }) }
  }

  /// The caller gets its CPUs back.
  deinit {
    team.stop()
    for handle in handles { pthread_join(handle, nil) }
  }

  /// Unties a pinned caller until the next fork: threads that it starts meanwhile, or that a library starts in its
  /// name, do not inherit its one CPU.
  public func releaseCaller() { caller?.release() }

  /// Calls `body(thread)` once on each thread, 0 being the caller, at the same time.
  public func run(_ body: (_ thread: Int) -> Void) {
    guard threads > 1 else { return body(0) }
    repin()
    team.run(workers: threads - 1, body)
  }

  /// Splits 0 ..< count into chunks of `chunk` that the threads take one after the other, so that a slow core
  /// does not hold the rest; a thread that comes too late finds nothing left and is not waited for. A single
  /// chunk runs in the caller. A fork allocates a few bytes; a `Loop` does not.
  public func forEach(count: Int, chunk: Int, _ body: (_ range: Range<Int>, _ thread: Int) -> Void) {
    precondition(chunk > 0, "chunks of \(chunk)")
    guard count > 0 else { return }
    guard threads > 1, count > chunk else { return body(0..<count, 0) }
    repin()
    team.cursor.reset()
    team.runWithWhoeverComes { [team] thread in
      while true {
        let start = team.cursor.next() * chunk
        guard start < count else { return }
        body(start..<min(start + chunk, count), thread)
      }
    }
  }

  func repin() {
    if let caller, !caller.isPinned { caller.pin() }
  }

  private func pin(to cpus: [Int]) {
    let pinned: PinnedCaller
    do throws(PinningProblem) {
      // The caller tries all of them first, so that either all threads are pinned or none.
      pinned = try PinnedCaller(trying: cpus)
      for (handle, cpu) in zip(handles, cpus.dropFirst()) { try tie(handle, to: cpu) }
    } catch {
      return pinningProblem = error.description
    }
    (caller, self.cpus) = (pinned, cpus)
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
