import CParallel
import Glibc
import Synchronization

/// A cache line on which a caller and its workers meet: the `ForkWord` and the body of the fork.
///
/// Beside what the body itself touches, a fork moves this line to each worker and back, and no other: each side changes
/// the word once and polls it otherwise. Acquire and release are enough, because everything else is handed over by this
/// word alone: the caller's exchange publishes body and operands, and the workers' subtractions, which go on with each
/// other's release sequence, publish results.
///
/// Nobody misses being woken, because all changes of one word have one order. A worker announces its sleep by a
/// compare-and-exchange that expects the old fork number; the caller opens a fork by an exchange. If the worker's is
/// first, the caller finds the flag in the word that it took out, and wakes; if the caller's is first, the worker's
/// fails. A wake between announcement and sleep is not lost either: the futex compares the number once more. The
/// caller's sleep mirrors this: it sets its flag, and the worker that brings the count to zero afterwards finds it; if
/// the count came to zero before, the caller finds that.
struct ForkLine: @unchecked Sendable {
  typealias Body = (Int) -> Void
  private let storage: UnsafeMutableRawPointer

  /// Polls before a thread offers its core to others: about 5 µs, the usual wait between two forks. Threads that share
  /// a core lose that time at every fork.
  private static let polls = 1000
  /// Offers before it sleeps: about 50 µs on an idle machine, longer than the pauses inside a model.
  private static let yields = 150
  private static let bodyOffset = MemoryLayout<UInt64>.stride

  init() {
    // Two lines, since the prefetcher of x86 fetches lines in pairs.
    storage = .allocate(byteCount: 128, alignment: 128)
    storage.initializeMemory(as: UInt64.self, to: 0)
    (storage + Self.bodyOffset).initializeMemory(as: BorrowedBody.self, to: BorrowedBody { _ in })
  }

  func deallocate() { storage.deallocate() }

  private var word: UnsafeMutablePointer<Atomic<UInt64>> {
    storage.assumingMemoryBound(to: Atomic<UInt64>.self)
  }
  /// Written by the caller while nobody is inside, read by those inside.
  private var body: UnsafeMutablePointer<BorrowedBody> {
    (storage + Self.bodyOffset).assumingMemoryBound(to: BorrowedBody.self)
  }
  /// The halves of the word as futexes; all supported CPUs are little-endian.
  private var low: UnsafePointer<UInt32> { UnsafePointer(storage.assumingMemoryBound(to: UInt32.self)) }
  private var high: UnsafePointer<UInt32> { low + 1 }

  private func load() -> ForkWord { ForkWord(word.pointee.load(ordering: .acquiring)) }

  /// Polls, then yields, so that a thread that lacks a core gets one; false when it is time to sleep.
  @inline(__always)
  private func poll(until isDone: (ForkWord) -> Bool) -> Bool {
    for poll in 0..<Self.polls {
      if isDone(load()) { return true }
      // A pause costs about 100 cycles on recent cores, so most turns do without.
      if poll & 7 == 7 { cp_spin_hint() }
    }
    for _ in 0..<Self.yields {
      if isDone(load()) { return true }
      sched_yield()
    }
    return false
  }
}

/// The caller's side.
extension ForkLine {
  /// Starts the fork that `next` describes. Nobody may be inside; `body` must live until `finish` has returned.
  func begin(_ next: ForkWord, _ body: @escaping Body) {
    // Right before the exchange, so that one transfer of the line serves both.
    self.body.pointee = BorrowedBody(body)
    announce(next)
  }

  /// Replaces the word and wakes the workers that sleep.
  func announce(_ next: ForkWord) {
    let before = ForkWord(word.pointee.exchange(next.bits, ordering: .releasing))
    if before.has(ForkWord.workersSleep) { cp_wake_all(high) }
  }

  /// Lets nobody else in and waits until the last one has left.
  func finish(_ fork: ForkWord) {
    if fork.has(ForkWord.open) { word.pointee.bitwiseAnd(~ForkWord.open, ordering: .relaxed) }
    if poll(until: { $0.inside == 0 }) { return }
    while true {
      let now = ForkWord(word.pointee.bitwiseOr(ForkWord.callerSleeps, ordering: .acquiring).newValue)
      if now.inside == 0 { return }
      cp_wait(low, UInt32(truncatingIfNeeded: now.bits))
    }
  }
}

/// The workers' side.
extension ForkLine {
  /// Waits for another fork than number `seen`.
  func wait(after seen: UInt32) -> ForkWord {
    if poll(until: { $0.number != seen }) { return load() }
    while true {
      let now = load()
      if now.number != seen { return now }
      let (isAnnounced, _) = word.pointee.compareExchange(
        expected: now.bits, desired: now.bits | ForkWord.workersSleep, ordering: .relaxed)
      if isAnnounced { cp_wait(high, seen) }
    }
  }

  /// Takes part in `fork` unless it is over.
  func join(_ fork: ForkWord) -> Bool {
    // Everyone is counted already, and the caller waits for all: the fork cannot be over.
    if fork.has(ForkWord.everyone) { return true }
    var now = fork
    while now.number == fork.number, now.has(ForkWord.open) {
      let (done, found) = word.pointee.weakCompareExchange(
        expected: now.bits, desired: now.bits + 1, ordering: .acquiring)
      if done { return true }
      now = ForkWord(found)
    }
    return false
  }

  /// Runs the fork's body; only between `join` and `leave`.
  func work(as index: Int) { body.pointee.run(index) }

  func leave() {
    let before = ForkWord(word.pointee.wrappingSubtract(1, ordering: .releasing).oldValue)
    if before.inside == 1, before.has(ForkWord.callerSleeps) { cp_wake_all(low) }
  }
}

/// A closure whose references are not counted: counting would carry one more cache line to every worker and back.
private struct BorrowedBody {
  /// A closure as a stored property has the calling convention that its type says; in a generic place it has not.
  private struct Closure { var call: ForkLine.Body }
  /// The closure's two words, function and context.
  private let words: (UnsafeRawPointer, UnsafeRawPointer?)

  init(_ body: @escaping ForkLine.Body) {
    words = unsafeBitCast(Closure(call: body), to: (UnsafeRawPointer, UnsafeRawPointer?).self)
  }

  func run(_ index: Int) { cp_call(words.0, words.1, index) }
}
