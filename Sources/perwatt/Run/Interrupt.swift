import Foundation
import Synchronization

/// Ctrl-C, or SIGTERM: the first one asks the run to stop and keep what it has, the second one ends the program at once.
enum Interrupt {
  private static let requested = Atomic(false)

  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  static func watch() {
    // Whoever started the command may have handed down a mask that blocks them.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) {
        Interrupt.requested.store(true, ordering: .relaxed)
        signal($0, SIG_DFL)
      }
    }
  }
}
