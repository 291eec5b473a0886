import Machine
import Quantities

/// Published power of one machine: at rest and with all CPUs at work, each as a range.
public struct PowerModel: Sendable, Hashable {
  /// As printed.
  public var machine: String
  public var boundary: Boundary
  public var idle: WattsRange
  /// Such as the TDP, or what testers metered; nowhere below `idle`.
  public var load: WattsRange
  /// Where the numbers come from.
  public var origin: String

  public init(machine: String, boundary: Boundary, idle: WattsRange, load: WattsRange, origin: String) {
    (self.machine, self.boundary, self.origin) = (machine, boundary, origin)
    (self.idle, self.load) = (idle, load)
  }
}

/// No sensor: power between idle and load, by the share of the CPUs' time that was spent on work (`/proc/stat`). A
/// range; says nothing about one kernel against another.
public struct UtilisationMeter: EnergyMeter {
  public let model: PowerModel
  public var boundary: Boundary { model.boundary }
  public let tier = Tier.proxy
  public var source: String { "proxy, not measured: \(model.machine), by its CPUs' measured utilisation" }
  /// Fifty ticks of each CPU: the share is known within a fiftieth.
  public let shortestWindow = Seconds(0.5)
  private let root: FileRoot

  /// - Throws: `EnergyError` if the powers are none or the system does not tell its CPUs' time.
  public init(_ model: PowerModel, root: FileRoot = .host) throws(EnergyError) {
    (self.model, self.root) = (model, root)
    let (idle, load) = (model.idle, model.load)
    let pairs = [(idle.low, load.low), (idle.central, load.central), (idle.high, load.high)]
    guard pairs.allSatisfy({ .zero <= $0 && $0 <= $1 && $1 > .zero && $1.value.isFinite }) else {
      throw EnergyError("\(model.machine): power under load must be above zero and no less than when idle")
    }
    _ = try mark(at: .zero)
  }

  public func mark(at now: Seconds) throws(EnergyError) -> EnergyMark {
    switch CPUTicks.read(root, cpus: nil) {
    case .measured(let ticks):
      return EnergyMark(time: now, counters: ["busy": UInt64(ticks.busy), "idle": UInt64(ticks.idle)])
    case .missing(let reason): throw EnergyError(reason)
    }
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    let time = try length(from: start, to: end)
    guard let busy = Self.growth("busy", start, end), let idle = Self.growth("idle", start, end) else {
      throw EnergyError("\(source): the window's mark has no CPU time; begin it with this meter")
    }
    guard busy + idle > 0 else {
      throw EnergyError("\(source): the CPUs' time stood still; use windows of 100 ms or more")
    }
    let utilisation = busy / (busy + idle)
    func used(_ part: KeyPath<WattsRange, Watts>) -> Joules {
      let rest = model.idle[keyPath: part]
      return (rest + (model.load[keyPath: part] - rest) * utilisation) * time
    }
    return EnergyRange(
      low: used(\.low), central: used(\.central), high: used(\.high),
      memory: .missing(reason: "a proxy does not tell memory apart"))
  }

  private static func growth(_ name: String, _ start: EnergyMark, _ end: EnergyMark) -> Double? {
    guard let old = start.counters[name], let new = end.counters[name] else { return nil }
    // Idle time may run backwards by a tick.
    return new >= old ? Double(new - old) : 0
  }
}
