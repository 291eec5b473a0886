import Synchronization

/// Lets workers join one fork while it is open, and tells the caller when all that joined have left.
///
/// One word holds the fork's number (32 bits), whether it is open (1 bit), and how many are inside: a worker that
/// wakes up late finds another number or a closed gate and stays out, so that nobody has to wait for it.
struct Gate: @unchecked Sendable {
  private let storage: UnsafeMutableRawPointer
  private static let open: UInt64 = 1 << 31

  init() {
    storage = .allocate(byteCount: 128, alignment: 128)
    storage.initializeMemory(as: UInt64.self, to: 0)
  }

  func deallocate() { storage.deallocate() }

  private var atomic: UnsafeMutablePointer<Atomic<UInt64>> {
    storage.assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Opens for fork number `epoch`. Nobody may be inside.
  func open(epoch: UInt32) {
    atomic.pointee.store(UInt64(epoch) << 32 | Self.open, ordering: .sequentiallyConsistent)
  }

  /// Lets nobody else in.
  func close() { _ = atomic.pointee.bitwiseAnd(~Self.open, ordering: .sequentiallyConsistent) }

  /// Whether the last one has left.
  var isEmpty: Bool { atomic.pointee.load(ordering: .sequentiallyConsistent) & 0x7FFF_FFFF == 0 }

  /// Goes in, unless fork `epoch` is over.
  func join(epoch: UInt32) -> Bool {
    var seen = atomic.pointee.load(ordering: .sequentiallyConsistent)
    while seen >> 32 == UInt64(epoch), seen & Self.open != 0 {
      let (done, now) = atomic.pointee.weakCompareExchange(
        expected: seen, desired: seen + 1, ordering: .sequentiallyConsistent)
      if done { return true }
      seen = now
    }
    return false
  }

  func leave() { _ = atomic.pointee.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
}
