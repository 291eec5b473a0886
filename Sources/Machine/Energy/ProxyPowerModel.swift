import Quantities

/// No sensor: power by the kind of machine and the number of busy cores, as a range. Good for orders of magnitude;
/// says nothing about one kernel against another.
public struct ProxyPowerModel: EnergyMeter {
  public let assumptions: ProxyAssumptions
  /// Cores that work during the window.
  public let busyCores: Int
  public var boundary: Boundary { assumptions.boundary }
  public let isComputed = true
  public let tier = Tier.proxy
  public var source: String { "proxy, not measured: \(assumptions.machine), \(busyCores) busy cores" }

  /// - Parameter busyCores: at least 1.
  public init(_ assumptions: ProxyAssumptions, busyCores: Int) {
    self.assumptions = assumptions
    self.busyCores = max(1, busyCores)
  }

  /// The assumed power.
  public var power: WattsRange {
    func total(_ part: KeyPath<WattsRange, Watts>) -> Double {
      (assumptions.idle[keyPath: part] + assumptions.perBusyCore[keyPath: part] * Double(busyCores)).value
    }
    return WattsRange(total(\.low), total(\.central), total(\.high))
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    let time = try length(from: start, to: end)
    return EnergyRange(
      low: power.low * time, central: power.central * time, high: power.high * time,
      memory: .missing(reason: "a proxy does not tell memory apart"))
  }
}
