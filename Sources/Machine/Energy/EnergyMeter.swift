import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a figure of energy includes. Figures of different boundaries are never divided by one another.
public enum Boundary: String, Codable, Sendable, Hashable, CaseIterable {
  /// CPU packages: cores, caches, memory controllers; no memory modules, converters, fans.
  case socket
  /// Output of a board's voltage regulators.
  case rails
  /// A board's supply input.
  case boardInput = "board-input"
  /// The power socket: the whole system.
  case wall
  /// A graphics card without its host.
  case gpuOnly = "gpu-only"
}

/// How much a figure of energy may be trusted.
public enum Tier: String, Codable, Sendable, Hashable, CaseIterable {
  /// Read from a sensor during the window.
  case measured
  /// From a power figure that was read elsewhere, or a fit to a sensor.
  case estimated
  /// From assumptions about the kind of machine. Never enters a regression gate.
  case proxy
}

/// The state of a meter at one moment.
public struct EnergyMark: Sendable, Hashable {
  /// Monotonic time.
  public let time: Seconds
  /// Counters by name or path, in the meter's own unit; empty for meters without counters.
  public let counters: [String: UInt64]

  public init(time: Seconds, counters: [String: UInt64] = [:]) {
    (self.time, self.counters) = (time, counters)
  }
}

/// Energy of a window. `low` and `high` equal `central` where nothing but the meter's own error is unknown.
public struct EnergyRange: Codable, Hashable, Sendable {
  public var low: Joules
  public var central: Joules
  public var high: Joules
  /// Memory modules; never part of the other three figures.
  public var memory: Reading<Joules>
  /// Readings of a sensor of power that were integrated; nil for counters and for what reads nothing.
  public var readings: Int?
  /// What was odd about this window, one line each.
  public var notes: [String] = []

  public init(low: Joules, central: Joules, high: Joules, memory: Reading<Joules>) {
    (self.low, self.central, self.high, self.memory) = (low, central, high, memory)
  }
}

/// Measures the energy of windows of time.
public protocol EnergyMeter: Sendable {
  /// Where the figure comes from, for reports.
  var source: String { get }
  var boundary: Boundary { get }
  var tier: Tier { get }
  /// What a reader of its figures must know, one line each.
  var notes: [String] { get }
  /// Whether energy follows from a window's length alone; such a meter needs no window of its own.
  var isComputed: Bool { get }
  /// Figures of shorter windows are kept, but not compared.
  var shortestWindow: Seconds { get }
  /// Longer windows are refused: a counter could wrap twice unseen. Split them, and add.
  var longestWindow: Seconds { get }
  /// How long the same work must have run before a window begins, because the sensor averages over that time.
  var settling: Seconds { get }
  /// Waits for the sensor's next reading, where that is soon, so that a window begins with it.
  func awaitUpdate()
  /// The state now.
  /// - Parameter now: monotonic time.
  /// - Throws: `EnergyError` if the sensor cannot be read.
  func mark(at now: Seconds) throws(EnergyError) -> EnergyMark
  /// Energy between two marks of this meter; windows may overlap.
  /// - Throws: `EnergyError` if the sensor could not be read, stood still, or the window has no length.
  func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange
}

extension EnergyMeter {
  public var notes: [String] { [] }
  public var isComputed: Bool { false }
  /// At 1 ms from update to update, an error of a thousandth.
  public var shortestWindow: Seconds { Seconds(2) }
  public var longestWindow: Seconds { Seconds(.infinity) }
  public var settling: Seconds { .zero }
  public func awaitUpdate() {}
  /// A meter without counters has only the clock to read.
  public func mark(at now: Seconds) throws(EnergyError) -> EnergyMark { EnergyMark(time: now) }
  /// Starts a window.
  public func begin(at now: Seconds) throws(EnergyError) -> EnergyMark { try mark(at: now) }
  /// Starts a window now.
  public func begin() throws(EnergyError) -> EnergyMark { try mark(at: MonotonicTime.now) }
  /// Ends a window.
  public func energy(since start: EnergyMark, at now: Seconds) throws(EnergyError) -> EnergyRange {
    try energy(from: start, to: try mark(at: now))
  }
  /// Energy from `start` until now.
  public func energy(since start: EnergyMark) throws(EnergyError) -> EnergyRange {
    try energy(since: start, at: MonotonicTime.now)
  }

  /// Length of a window.
  func length(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> Seconds {
    let length = end.time - start.time
    guard length > .zero, length.value.isFinite else {
      throw EnergyError("\(source): the window lasts \(length.value) s; end it after it began")
    }
    guard length <= longestWindow else {
      let (seen, limit) = (Format.fixed(length.value, 0), Format.fixed(longestWindow.value, 0))
      throw EnergyError("\(source): in \(seen) s a counter may wrap twice; use windows of up to \(limit) s")
    }
    return length
  }
}

/// Why there is no figure of energy, in one line that says what to do.
public struct EnergyError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String
  /// Whether the machine has no such sensor, rather than one that cannot be used.
  public let isAbsence: Bool

  public init(_ description: String, isAbsence: Bool = false) {
    (self.description, self.isAbsence) = (description, isAbsence)
  }
}

/// The clock of the meters.
public enum MonotonicTime {
  /// Seconds since some moment before the process began (CLOCK_MONOTONIC).
  public static var now: Seconds {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Seconds(Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
  }
}
