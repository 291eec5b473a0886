import CParallel
import Glibc

/// Why a thread could not be tied to a CPU.
enum PinningProblem: Error, CustomStringConvertible {
  case unknownMask
  case refused(cpu: Int, code: Int32)

  var description: String {
    switch self {
    case .unknownMask: "the system does not tell on which CPUs this thread may run"
    case .refused(let cpu, let code): "CPU \(cpu) was refused (\(String(cString: strerror(code))))"
    }
  }
}

/// Ties a thread to one CPU.
func tie(_ thread: pthread_t, to cpu: Int) throws(PinningProblem) {
  let code = cp_pin(thread, Int32(clamping: cpu))
  if code != 0 { throw .refused(cpu: cpu, code: code) }
}

/// The caller of a pool, tied to a CPU while this lives, with breaks.
final class PinnedCaller {
  private let cpu: Int
  private let before: OpaquePointer
  private(set) var isPinned = true

  /// Ties the calling thread to the first of `cpus`, after it was on each of them once.
  init(trying cpus: [Int]) throws(PinningProblem) {
    guard let before = cp_mask_save() else { throw .unknownMask }
    (cpu, self.before) = (cpus[0], before)
    for cpu in Set(cpus).sorted() { try tie(pthread_self(), to: cpu) }
    try tie(pthread_self(), to: cpu)
  }

  deinit {
    release()
    cp_mask_free(before)
  }

  /// After a break. Where its CPU has been taken from the process meanwhile, it runs freely.
  func pin() { isPinned = cp_pin(pthread_self(), Int32(clamping: cpu)) == 0 }

  /// Lets it run where it could before, until `pin`.
  func release() {
    guard isPinned else { return }
    isPinned = cp_mask_restore(before) != 0
  }
}
