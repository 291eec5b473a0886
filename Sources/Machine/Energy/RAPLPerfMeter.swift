import CMachine
import Machine
import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How counters of whole CPUs are opened, read and closed; tests put their own in place. Functions return 0 or an errno
/// value, as CMachine's do.
struct CPUCounters: Sendable {
  var open: @Sendable (_ type: UInt32, _ config: UInt64, _ cpu: Int) -> (problem: Int32, file: Int32)
  var read: @Sendable (_ file: Int32) -> (problem: Int32, count: UInt64)
  var close: @Sendable (_ file: Int32) -> Void

  static let kernel = CPUCounters(
    open: { type, config, cpu in
      var file: Int32 = -1
      let problem = cm_perf_open_cpu(type, config, Int32(cpu), &file)
      return (problem, file)
    },
    read: { file in
      var values: [UInt64] = [0, 0, 0]
      let problem = cm_perf_read(file, &values)
      return (problem, values[0])
    },
    close: { file in
      #if canImport(Musl)
        Musl.close(file)
      #else
        Glibc.close(file)
      #endif
    })
}

/// CPU package counters through perf_event's power PMU. The kernel widens them to 64 bits, so that nothing wraps; leave
/// to read them needs no change to the files of powercap.
public final class RAPLPerfMeter: EnergyMeter {
  public let source: String
  public let boundary = Boundary.socket
  public let tier = Tier.measured
  public let notes = [
    "RAPL covers whole packages, with all that runs on them, but no memory modules, fans or supply."
  ]
  static let pmu = "/sys/bus/event_source/devices/power"

  private struct Counter {
    let name: String
    let file: Int32
    /// Joules of one count.
    let scale: Double
  }
  private let counters: [Counter]
  private let packages: [Counter]
  private let memory: [Counter]
  private let kernel: CPUCounters

  /// Opens the counters of every package.
  /// - Throws: `EnergyError` if there is no power PMU or it may not be read; it names the command that grants access.
  public convenience init(root: FileRoot = .host) throws(EnergyError) { try self.init(root, .kernel) }

  init(_ root: FileRoot, _ kernel: CPUCounters) throws(EnergyError) {
    self.kernel = kernel
    guard let type = root.line("\(Self.pmu)/type").value.flatMap({ UInt32($0) }) else {
      throw EnergyError("RAPL: \(Self.pmu): no power PMU", isAbsence: true)
    }
    let cpus = root.line("\(Self.pmu)/cpumask").value.flatMap(Self.numbers) ?? []
    guard !cpus.isEmpty else { throw EnergyError("RAPL: \(Self.pmu)/cpumask: no list of CPUs") }
    var opened: [Counter] = []
    do throws(EnergyError) {
      packages = try Self.open("energy-pkg", on: cpus, type, (root, kernel), &opened)
      let hasMemory = root.line("\(Self.pmu)/events/energy-ram").value != nil
      memory = hasMemory ? try Self.open("energy-ram", on: cpus, type, (root, kernel), &opened) : []
    } catch {
      for counter in opened { kernel.close(counter.file) }
      throw error
    }
    counters = opened
    let count = cpus.count == 1 ? "1 package" : "\(cpus.count) packages"
    source = "RAPL by perf_event (\(count)\(memory.isEmpty ? "" : ", dram"))"
  }

  /// One counter of an event for each package. `opened` gets them one by one, so that they can be closed after an error.
  private static func open(
    _ event: String, on cpus: [Int], _ type: UInt32, _ machine: (root: FileRoot, kernel: CPUCounters),
    _ opened: inout [Counter]
  ) throws(EnergyError) -> [Counter] {
    let (config, scale) = try Self.event(event, machine.root)
    var found: [Counter] = []
    for cpu in cpus {
      let (problem, file) = machine.kernel.open(type, config, cpu)
      guard problem == 0 else { throw denied(problem, machine.root) }
      let counter = Counter(name: "\(event) of CPU \(cpu)", file: file, scale: scale)
      found.append(counter)
      opened.append(counter)
    }
    return found
  }

  deinit { for counter in counters { kernel.close(counter.file) } }

  /// The number of an event, and what one count means.
  private static func event(_ name: String, _ root: FileRoot) throws(EnergyError) -> (UInt64, Double) {
    let path = "\(pmu)/events/\(name)"
    let text = root.line(path).value ?? ""
    guard let config = text.split(separator: "=").last.flatMap({ UInt64($0.dropFirst(2), radix: 16) }),
      text.hasPrefix("event=0x")
    else { throw EnergyError("RAPL: \(path): no event") }
    guard root.line("\(path).unit").value == "Joules", let scale = root.number("\(path).scale").value,
      scale > 0
    else { throw EnergyError("RAPL: \(path).scale: no scale in joules") }
    return (config, scale)
  }

  /// `0,18` and `0-1` (the kernel's lists of CPUs).
  static func numbers(_ list: String) -> [Int]? {
    var numbers: [Int] = []
    for part in list.split(separator: ",") {
      let ends = part.split(separator: "-").map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, 0 <= first,
        first <= last, last < 1 << 17
      else { return nil }
      numbers += first...last
    }
    return numbers
  }

  private static func denied(_ code: Int32, _ root: FileRoot) -> EnergyError {
    let reason = "RAPL: perf_event_open: \(String(cString: strerror(code)).lowercased())"
    guard code == EACCES || code == EPERM else { return EnergyError(reason) }
    let level = root.line("/proc/sys/kernel/perf_event_paranoid").value
    return EnergyError(
      "\(reason)\(level.map { "; kernel.perf_event_paranoid is \($0)" } ?? ""); to allow it for this program only: "
        + "sudo setcap cap_perfmon+ep \(program), or for everybody until the next boot: "
        + "sudo sysctl kernel.perf_event_paranoid=0")
  }

  /// Where the program that runs lies.
  private static var program: String {
    var path = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &path, path.count)
    guard length > 0 else { return "perwatt" }
    return String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  public func mark(at now: Seconds) throws(EnergyError) -> EnergyMark {
    var values: [String: UInt64] = [:]
    for counter in counters {
      let (problem, count) = kernel.read(counter.file)
      guard problem == 0 else {
        let reason = String(cString: strerror(problem)).lowercased()
        throw EnergyError("RAPL: \(counter.name): \(reason); measure without energy")
      }
      values[counter.name] = count
    }
    return EnergyMark(time: now, counters: values)
  }

  public func awaitUpdate() {
    let old = kernel.read(packages[0].file).count
    let limit = MonotonicTime.now + Seconds(0.02)
    while MonotonicTime.now < limit, kernel.read(packages[0].file).count == old {}
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    _ = try length(from: start, to: end)
    let used = try sum(packages, from: start, to: end)
    let memory: Reading<Joules> =
      if self.memory.isEmpty { .missing(reason: "RAPL: \(Self.pmu): no energy-ram event") } else {
        .measured(try sum(self.memory, from: start, to: end))
      }
    return EnergyRange(low: used, central: used, high: used, memory: memory)
  }

  private func sum(_ counters: [Counter], from start: EnergyMark, to end: EnergyMark) throws(EnergyError)
    -> Joules
  {
    var total = Joules.zero
    for counter in counters {
      guard let old = start.counters[counter.name], let new = end.counters[counter.name] else {
        throw EnergyError("RAPL: the window's mark has no \(counter.name); begin it with this meter")
      }
      guard new > old else {
        throw EnergyError(
          "RAPL: \(counter.name) \(new < old ? "ran backwards" : "stood still"); use windows of 200 ms or more, or "
            + "another meter")
      }
      total += Joules(Double(new - old) * counter.scale)
    }
    return total
  }
}
