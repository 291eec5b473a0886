import Synchronization

/// Counts chunks, in a cache line of its own. Its order with other memory is the fork's business.
struct Cursor: @unchecked Sendable {
  private let storage: UnsafeMutableRawPointer

  init() {
    storage = .allocate(byteCount: 128, alignment: 128)
    storage.initializeMemory(as: Int.self, to: 0)
  }

  func deallocate() { storage.deallocate() }

  private var atomic: UnsafeMutablePointer<Atomic<Int>> { storage.assumingMemoryBound(to: Atomic<Int>.self) }

  /// Before the fork.
  func reset() { atomic.pointee.store(0, ordering: .relaxed) }

  /// The next number, from 0; nobody else gets it.
  func next() -> Int { atomic.pointee.wrappingAdd(1, ordering: .relaxed).oldValue }
}
