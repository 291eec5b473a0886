import CParallel
import Glibc
import Synchronization

/// A 32-bit word in a cache line of its own, which threads spin on and then sleep on.
struct SharedWord: @unchecked Sendable {
  private let storage: UnsafeMutableRawPointer

  /// Polls before the thread offers its core to others: a few microseconds, the usual wait between two forks.
  private static let polls = 4000
  /// Offers before it sleeps: about 50 µs on an idle machine, longer than the pauses inside a model.
  private static let yields = 100

  init() {
    // Two lines apart, since the prefetcher of x86 fetches lines in pairs.
    storage = .allocate(byteCount: 128, alignment: 128)
    storage.initializeMemory(as: UInt32.self, to: 0)
  }

  func deallocate() { storage.deallocate() }

  private var atomic: UnsafeMutablePointer<Atomic<UInt32>> {
    storage.assumingMemoryBound(to: Atomic<UInt32>.self)
  }

  var value: UInt32 { atomic.pointee.load(ordering: .sequentiallyConsistent) }

  func store(_ value: UInt32) { atomic.pointee.store(value, ordering: .sequentiallyConsistent) }

  /// Adds, and returns the value from before.
  @discardableResult
  func add(_ amount: UInt32) -> UInt32 {
    atomic.pointee.wrappingAdd(amount, ordering: .sequentiallyConsistent).oldValue
  }

  /// Waits until the word differs from `old` and returns the new value: first polling, then yielding, so that a
  /// thread that lacks a core gets one, then asleep. `sleepers` counts those asleep, so that the other side makes a
  /// system call only for them.
  func waitForChange(from old: UInt32, sleepers: SharedWord) -> UInt32 {
    for poll in 0..<Self.polls {
      let now = atomic.pointee.load(ordering: .acquiring)
      if now != old { return now }
      // A pause costs about 100 cycles on recent cores, so most turns do without.
      if poll & 7 == 7 { cp_spin_hint() }
    }
    for _ in 0..<Self.yields {
      let now = atomic.pointee.load(ordering: .acquiring)
      if now != old { return now }
      sched_yield()
    }
    sleepers.add(1)
    defer { sleepers.add(.max) }
    while value == old { cp_wait(storage.assumingMemoryBound(to: UInt32.self), old) }
    return value
  }

  /// Wakes those asleep, if there are any.
  func wake(_ sleepers: SharedWord) {
    if sleepers.value != 0 { cp_wake_all(storage.assumingMemoryBound(to: UInt32.self)) }
  }
}
