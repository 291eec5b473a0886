import CMachine
import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The CPU's counters for this process (perf_event_open(2)): user mode only, so that figures of root and of others,
/// and of machines with different kernels, mean the same.
///
/// Counted are all threads that exist when the counters are opened, and every thread that one of them starts later;
/// child processes that are started later count, too. Open them before a pool of threads is made: each thread that
/// exists takes one open file per event. Reading costs a system call for each of those, some microseconds in all:
/// never within a timed sample.
public final class PerfCounters {
  /// Why there are no counters here, and what to do.
  public struct Unavailable: Error, CustomStringConvertible, Hashable, Sendable {
    public let description: String
  }

  /// The kernel's number of an event: type and `config` of `perf_event_attr` in linux/perf_event.h.
  struct Code {
    var type: UInt32, config: UInt64
  }
  private static let hardware: [CounterEvent: Code] = [
    .cycles: Code(type: 0, config: 0), .instructions: Code(type: 0, config: 1),
    .cacheMisses: Code(type: 0, config: 3), .branchMisses: Code(type: 0, config: 5),
  ]

  /// Files of each event, one for each thread, or why it cannot be counted.
  private let files: [CounterEvent: Reading<[Int32]>]

  /// - Throws: `Unavailable` where not a single event can be counted.
  public convenience init() throws(Unavailable) { try self.init(Self.hardware) }

  init(_ codes: [CounterEvent: Code], root: FileRoot = .host) throws(Unavailable) {
    let threads = FileRoot.host.list("/proc/self/task").compactMap { Int32($0) }
    var leaders: [Int32: Int32] = [:]
    var files: [CounterEvent: Reading<[Int32]>] = [:]
    // In the order of their use, so that instructions and cycles are the last to be refused.
    for event in CounterEvent.allCases {
      guard let code = codes[event] else { continue }
      files[event] = Self.open(code, of: threads, beside: &leaders).orMissing { Self.reason($0, root) }
    }
    self.files = files
    if files.values.allSatisfy({ $0.value == nil }) {
      throw Unavailable(description: files[.instructions]?.reason ?? "no event was asked for")
    }
  }

  deinit { for file in files.values.compactMap(\.value).joined() { close(file) } }

  /// The counters now; `CounterReading.since` makes values of two of them.
  public func read() -> CounterReading {
    CounterReading(
      counts: files.mapValues { reading in
        reading.parsed("a counter cannot be read") { files in
          let counts = files.compactMap(Self.read)
          return counts.count == files.count ? counts : nil
        }
      })
  }

  private static func read(_ file: Int32) -> EventCount? {
    var values: (UInt64, UInt64, UInt64) = (0, 0, 0)
    let problem = withUnsafeMutableBytes(of: &values) {
      cm_perf_read(file, $0.baseAddress?.assumingMemoryBound(to: UInt64.self))
    }
    return problem == 0 ? EventCount(count: values.0, enabled: values.1, running: values.2) : nil
  }

  /// One file for each thread. All events of a thread are one group where the CPU can count them at once, so that their
  /// ratios are of the same time.
  private static func open(_ code: Code, of threads: [Int32], beside leaders: inout [Int32: Int32])
    -> Result<[Int32], Errno>
  {
    var files: [Int32] = []
    for thread in threads {
      switch open(code, thread, leader: leaders[thread]) {
      case .success(let file):
        files.append(file)
        leaders[thread] = leaders[thread] ?? file
      // It has ended since it was listed.
      case .failure(let problem) where problem.code == ESRCH: continue
      case .failure(let problem):
        for file in files { close(file) }
        leaders = leaders.filter { !files.contains($0.value) }
        return .failure(problem)
      }
    }
    return .success(files)
  }

  private static func open(_ code: Code, _ thread: Int32, leader: Int32?) -> Result<Int32, Errno> {
    var file: Int32 = -1
    if let leader, cm_perf_open(code.type, code.config, thread, leader, &file) == 0 { return .success(file) }
    let problem = cm_perf_open(code.type, code.config, thread, -1, &file)
    return problem == 0 ? .success(file) : .failure(Errno(code: problem))
  }
}

struct Errno: Error { var code: Int32 }

extension Result where Success: Codable & Sendable & Hashable, Failure == Errno {
  fileprivate func orMissing(_ reason: (Int32) -> String) -> Reading<Success> {
    switch self {
    case .success(let value): .measured(value)
    case .failure(let problem): .missing(reason: reason(problem.code))
    }
  }
}

extension PerfCounters {
  /// What an `errno` of perf_event_open means on this machine, and what to do about it.
  static func reason(_ code: Int32, _ root: FileRoot) -> String {
    let what = "perf_event_open: \(String(cString: strerror(code)).lowercased())"
    switch code {
    case EACCES, EPERM: return "\(what); \(permission(root))"
    case ENOENT, ENODEV, EOPNOTSUPP: return "\(what); \(absence(root))"
    case ENOSYS: return "\(what); this kernel was built without performance events"
    case EMFILE, ENFILE: return "\(what); allow more: ulimit -n 65536"
    default: return what
    }
  }

  /// Above 2, which distributions added, users may not even count their own programs.
  private static func permission(_ root: FileRoot) -> String {
    let path = "/proc/sys/kernel/perf_event_paranoid"
    guard let level = root.line(path).value.flatMap({ Int($0) }) else { return "\(path) cannot be read" }
    return level > 2
      ? "kernel.perf_event_paranoid is \(level): sudo sysctl kernel.perf_event_paranoid=2"
      : "a container or sandbox forbids it: run outside it, or allow it the call (docker: --cap-add PERFMON)"
  }

  private static func absence(_ root: FileRoot) -> String {
    switch Hypervisor.name(root, CPUInfo(root).flags).value {
    case nil, Hypervisor.none: "the kernel knows no counters of this CPU"
    case _: "this virtual machine has no PMU: its host must hand one down (QEMU: -cpu host,pmu=on)"
    }
  }
}
