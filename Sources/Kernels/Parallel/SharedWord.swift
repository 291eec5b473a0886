import CParallel
import Synchronization

/// A 32-bit word in a cache line of its own, which threads spin on and then sleep on.
struct SharedWord: @unchecked Sendable {
  private let storage: UnsafeMutableRawPointer

  /// Two lines apart, since the prefetcher of x86 fetches lines in pairs.
  private static let alignment = 128

  init() {
    storage = .allocate(byteCount: Self.alignment, alignment: Self.alignment)
    storage.initializeMemory(as: UInt32.self, to: 0)
  }

  func deallocate() { storage.deallocate() }

  private var atomic: UnsafeMutablePointer<Atomic<UInt32>> {
    storage.assumingMemoryBound(to: Atomic<UInt32>.self)
  }

  var value: UInt32 { atomic.pointee.load(ordering: .acquiring) }

  func store(_ value: UInt32) { atomic.pointee.store(value, ordering: .sequentiallyConsistent) }

  /// Adds, and returns the value from before.
  func add(_ amount: UInt32) -> UInt32 {
    atomic.pointee.wrappingAdd(amount, ordering: .sequentiallyConsistent).oldValue
  }

  /// Waits until the word differs from `old`, first spinning, then asleep, and returns the new value.
  /// `sleepers` counts those asleep, so that the other side makes a system call only for them.
  func waitForChange(from old: UInt32, spins: Int, sleepers: SharedWord) -> UInt32 {
    for spin in 0..<spins {
      let now = value
      if now != old { return now }
      // A pause costs about 100 cycles on recent cores, so most turns do without.
      if spin & 7 == 7 { cp_spin_hint() }
    }
    _ = sleepers.add(1)
    defer { _ = sleepers.add(.max) }
    while atomic.pointee.load(ordering: .sequentiallyConsistent) == old {
      cp_wait(storage.assumingMemoryBound(to: UInt32.self), old)
    }
    return value
  }

  /// Wakes those asleep, if there are any.
  func wake(_ sleepers: SharedWord) {
    // Sequentially consistent, as are the change before this and both steps of going to sleep: a weaker load could
    // pass the change on ARM, miss the sleeper and leave it asleep.
    if sleepers.atomic.pointee.load(ordering: .sequentiallyConsistent) != 0 {
      cp_wake_all(storage.assumingMemoryBound(to: UInt32.self))
    }
  }
}
