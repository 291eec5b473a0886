import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What the system counts about this process, all of its threads (getrusage(2)).
public struct ProcessUsage: Codable, Hashable, Sendable {
  /// Pages that were mapped without and with reading a disk.
  public var minorFaults = 0, majorFaults = 0
  /// How often a thread gave its CPU up to wait, and how often it was taken away.
  public var voluntarySwitches = 0, involuntarySwitches = 0

  /// Since the process began; missing where the system refuses.
  public static func now() -> Reading<ProcessUsage> {
    var usage = rusage()
    #if canImport(Musl)
      let mine = RUSAGE_SELF
    #else
      let mine = RUSAGE_SELF.rawValue
    #endif
    guard getrusage(numericCast(mine), &usage) == 0 else {
      return .missing(reason: "getrusage: \(String(cString: strerror(errno)))")
    }
    return .measured(
      ProcessUsage(
        minorFaults: usage.ru_minflt, majorFaults: usage.ru_majflt, voluntarySwitches: usage.ru_nvcsw,
        involuntarySwitches: usage.ru_nivcsw))
  }

  public func since(_ earlier: ProcessUsage) -> ProcessUsage {
    ProcessUsage(
      minorFaults: minorFaults - earlier.minorFaults, majorFaults: majorFaults - earlier.majorFaults,
      voluntarySwitches: voluntarySwitches - earlier.voluntarySwitches,
      involuntarySwitches: involuntarySwitches - earlier.involuntarySwitches)
  }
}

/// The most memory that this process has held (proc(5): `VmHWM`, and 5 in `/proc/self/clear_refs`).
public enum PeakMemory {
  private static let status = "/proc/self/status", reset = "/proc/self/clear_refs"

  /// From now on, the memory held now is the peak. The error says which file refused.
  public static func restart(root: FileRoot = .host) throws(FileProblem) {
    let file = open(root.prefix + reset, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileProblem(path: reset, code: errno) }
    defer { close(file) }
    guard write(file, "5", 1) == 1 else { throw FileProblem(path: reset, code: errno) }
  }

  /// Since the last `restart`, or the process's beginning.
  public static func read(root: FileRoot = .host) -> Reading<Bytes> {
    root.text(status).parsed("\(status): no VmHWM") { text in
      for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
        let words = line.dropFirst("VmHWM:".count).words
        guard words.count == 2, words[1] == "kB", let kilobytes = words[0].amount else { return nil }
        return Bytes(kilobytes * 1024)
      }
      return nil
    }
  }
}

/// What changes from second to second.
public enum MachineNow {
  /// Of the hottest sensor of the processor, in °C.
  public static func temperature(root: FileRoot = .host) -> Reading<Double> { Condition.temperature(root) }

  /// Of the fastest frequency domain, in Hz; missing in most virtual machines.
  public static func clock(root: FileRoot = .host) -> Reading<Double> {
    let clocks = root.list(Clocks.folder).filter { $0.hasPrefix("policy") }
      .compactMap { root.number("\(Clocks.folder)/\($0)/scaling_cur_freq").value }
    guard let fastest = clocks.max(), fastest > 0, fastest < 1e9 else {
      return .missing(reason: "\(Clocks.folder)/policy*/scaling_cur_freq: none readable")
    }
    return .measured(fastest * 1000)
  }
}
