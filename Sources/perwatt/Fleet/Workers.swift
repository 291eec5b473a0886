import Foundation
import Synchronization

/// Work that mostly waits, on threads of its own.
enum Workers {
  /// Calls `work` with every number below `count`, at most `limit` at once, and waits for all.
  static func each(_ count: Int, atOnce limit: Int, _ work: @escaping @Sendable (Int) -> Void) {
    let next = Mutex(0)
    let group = DispatchGroup()
    for _ in 0..<min(limit, count) {
      group.enter()
      Thread {
        while true {
          let number = next.withLock { next in
            defer { next += 1 }
            return next
          }
          guard number < count else { break }
          work(number)
        }
        group.leave()
      }.start()
    }
    group.wait()
  }
}
