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

/// The state of a meter at the start of a window.
public struct EnergyMark: Sendable, Hashable {
  /// Monotonic time.
  public let time: Seconds
  /// Counters in microjoules by path; empty for meters without counters.
  public let counters: [String: UInt64]

  public init(time: Seconds, counters: [String: UInt64] = [:]) {
    (self.time, self.counters) = (time, counters)
  }
}

/// Energy of a window. `low` and `high` equal `central` where nothing but the meter's own error is unknown.
public struct EnergyRange: Codable, Sendable, Hashable {
  public var low: Joules
  public var central: Joules
  public var high: Joules
  /// Memory modules; never part of the other three figures.
  public var memory: Reading<Joules>

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
  /// Longer windows are refused: a counter could wrap twice unseen. Split them, and add.
  var longestWindow: Seconds { get }
  /// Starts a window.
  /// - Parameter now: monotonic time.
  /// - Throws: `EnergyError` if the sensor cannot be read.
  func begin(at now: Seconds) throws -> EnergyMark
  /// Energy since `mark`; several windows may overlap.
  /// - Throws: `EnergyError` if the sensor cannot be read, stood still, or the window has no length.
  func energy(since mark: EnergyMark, at now: Seconds) throws -> EnergyRange
}

extension EnergyMeter {
  public var longestWindow: Seconds { Seconds(.infinity) }
  /// A meter without counters has only the clock to read.
  public func begin(at now: Seconds) throws -> EnergyMark { EnergyMark(time: now) }
  /// Starts a window now.
  public func begin() throws -> EnergyMark { try begin(at: MonotonicTime.now) }
  /// Energy from `mark` until now.
  public func energy(since mark: EnergyMark) throws -> EnergyRange {
    try energy(since: mark, at: MonotonicTime.now)
  }

  /// Length of a window.
  func length(since mark: EnergyMark, at now: Seconds) throws(EnergyError) -> Seconds {
    let length = now - mark.time
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
  public init(_ description: String) { self.description = description }
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
