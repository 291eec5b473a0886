import Machine
import Quantities

/// No sensor: power between idle and load, by the share of the CPUs' time that was spent on work (`/proc/stat`). A
/// range; says nothing about one kernel against another.
public struct UtilisationMeter: EnergyMeter {
  static let path = "/proc/stat"
  public let idle: WattsRange
  public let load: WattsRange
  public let boundary: Boundary
  public let tier = Tier.proxy
  public let source: String
  private let root: FileRoot

  /// - Parameters:
  ///   - idle: power of the machine at rest; ends in order.
  ///   - load: power with all CPUs at work, such as the TDP; nowhere below `idle`.
  ///   - machine: as printed.
  /// - Throws: `EnergyError` if the powers are none or the system does not tell its CPUs' time.
  public init(
    idle: WattsRange, load: WattsRange, boundary: Boundary, machine: String, root: FileRoot = .host
  ) throws(EnergyError) {
    (self.idle, self.load, self.boundary, self.root) = (idle, load, boundary, root)
    source = "proxy, not measured: \(machine), by its CPUs' measured utilisation"
    let pairs = [(idle.low, load.low), (idle.central, load.central), (idle.high, load.high)]
    guard pairs.allSatisfy({ .zero <= $0 && $0 <= $1 && $1 > .zero && $1.value.isFinite }) else {
      throw EnergyError("\(machine): power under load must be above zero and no less than when idle")
    }
    _ = try ticks()
  }

  public func mark(at now: Seconds) throws(EnergyError) -> EnergyMark {
    EnergyMark(time: now, counters: try ticks())
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    let time = try length(from: start, to: end)
    guard let busy = Self.growth("busy", start, end), let idle = Self.growth("idle", start, end),
      busy + idle > 0
    else { throw EnergyError("\(Self.path): the CPUs' time stood still; use windows of 100 ms or more") }
    let utilisation = Double(busy) / Double(busy + idle)
    func used(_ part: KeyPath<WattsRange, Watts>) -> Joules {
      let rest = self.idle[keyPath: part]
      return (rest + (load[keyPath: part] - rest) * utilisation) * time
    }
    return EnergyRange(
      low: used(\.low), central: used(\.central), high: used(\.high),
      memory: .missing(reason: "a proxy does not tell memory apart"))
  }

  private static func growth(_ name: String, _ start: EnergyMark, _ end: EnergyMark) -> UInt64? {
    guard let old = start.counters[name], let new = end.counters[name] else { return nil }
    // Idle time may run backwards by a tick.
    return new >= old ? new - old : 0
  }

  /// All CPUs' time in ticks (proc_stat(5)); guests are within user, and what the hypervisor stole is no work here.
  private func ticks() throws(EnergyError) -> [String: UInt64] {
    let first = root.line(Self.path).value?.split(separator: " ") ?? []
    let fields = first.dropFirst().compactMap { UInt64($0) }
    guard first.first == "cpu", fields.count >= 8 else {
      throw EnergyError("\(Self.path): no time of all CPUs")
    }
    return ["busy": fields[0] + fields[1] + fields[2] + fields[5] + fields[6], "idle": fields[3] + fields[4]]
  }
}
