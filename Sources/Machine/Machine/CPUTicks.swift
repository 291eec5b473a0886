import Quantities

/// CPU time of some CPUs since the start of the machine, in the kernel's ticks of 10 ms (proc_stat(5)).
public struct CPUTicks: Codable, Sendable, Hashable {
  static let path = "/proc/stat"
  /// Ticks per second: USER_HZ, which is 100 on every architecture that Linux has today.
  static let perSecond = 100.0

  /// Spent on programs, the kernel and interrupts.
  public var busy: Double
  public var idle: Double
  /// Wanted, but given to others by the hypervisor.
  var steal: Double

  var total: Double { busy + idle + steal }

  /// - Parameter cpus: those to be added up; nil for all.
  public static func read(_ root: FileRoot, cpus: [Int]?) -> Reading<CPUTicks> {
    let names = cpus.map { Set($0.map { "cpu\($0)" }) } ?? ["cpu"]
    return root.text(path).parsed("\(path): no CPU time of \(names.sorted().joined(separator: ", "))") {
      text in
      let lines = text.split(separator: "\n").map(\.words).filter {
        $0.first.map(String.init).map(names.contains) == true
      }
      let ticks = lines.compactMap { CPUTicks(fields: $0.dropFirst().compactMap(\.amount)) }
      guard ticks.count == names.count else { return nil }
      return ticks.dropFirst().reduce(ticks[0]) { $0 + $1 }
    }
  }

  /// user nice system idle iowait irq softirq steal; guests are within user.
  private init?(fields: [Double]) {
    guard fields.count >= 8 else { return nil }
    busy = fields[0] + fields[1] + fields[2] + fields[5] + fields[6]
    (idle, steal) = (fields[3] + fields[4], fields[7])
  }

  init(busy: Double, idle: Double, steal: Double) { (self.busy, self.idle, self.steal) = (busy, idle, steal) }

  static func + (a: CPUTicks, b: CPUTicks) -> CPUTicks {
    CPUTicks(busy: a.busy + b.busy, idle: a.idle + b.idle, steal: a.steal + b.steal)
  }

  /// Idle time may run backwards by a tick; nothing is below zero.
  public func since(_ earlier: CPUTicks) -> CPUTicks {
    CPUTicks(
      busy: max(busy - earlier.busy, 0), idle: max(idle - earlier.idle, 0),
      steal: max(steal - earlier.steal, 0))
  }
}

/// What `/proc/self/stat` tells of this process (proc_pid_stat(5)).
struct OwnTicks: Codable, Sendable, Hashable {
  static let path = "/proc/self/stat"
  /// CPU time of all threads, and of children that have ended.
  var used: Double
  /// The CPU on which the main thread ran last.
  var cpu: Int

  static func read(_ root: FileRoot) -> Reading<OwnTicks> {
    root.text(path).parsed("\(path): not the state of a process") { text in
      // The program's name in brackets may hold anything.
      guard let end = text.lastIndex(of: ")") else { return nil }
      let fields = text[text.index(after: end)...].words
      guard fields.count > 36, let cpu = Int(fields[36]) else { return nil }
      let times = fields[11...14].compactMap(\.amount)
      return times.count == 4 ? OwnTicks(used: times.reduce(0, +), cpu: cpu) : nil
    }
  }
}
