import Quantities

/// Power that the user read off an own meter at the wall while the same work ran, times the window's length.
public struct FixedWattsMeter: EnergyMeter {
  public let watts: Watts
  public let boundary = Boundary.wall
  public let isComputed = true
  public let tier = Tier.estimated
  public var source: String { "the user's meter reading, \(Format.significant(watts.value)) W" }

  /// - Parameter watts: power of the whole system under this load.
  /// - Throws: `EnergyError` unless it is positive and finite.
  public init(_ watts: Watts) throws(EnergyError) {
    guard watts.value > 0, watts.value.isFinite else {
      throw EnergyError("\(watts.value) W is no power; give what the meter shows under load, such as 12.5")
    }
    self.watts = watts
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    let used = watts * (try length(from: start, to: end))
    let memory = Reading<Joules>.missing(reason: "a wall meter does not tell memory apart")
    return EnergyRange(low: used, central: used, high: used, memory: memory)
  }
}
