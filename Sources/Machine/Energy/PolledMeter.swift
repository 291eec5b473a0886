import CMachine
import Quantities
import Synchronization

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A sensor that tells power, not energy.
public protocol PowerSensor: Sendable {
  var source: String { get }
  var boundary: Boundary { get }
  var tier: Tier { get }
  /// What a reader of its figures must know, one line each.
  var notes: [String] { get }
  /// From reading to reading; reading more often disturbs the machine or brings nothing new.
  var interval: Seconds { get }
  /// Over which time the sensor averages.
  var settling: Seconds { get }
  /// The shortest window that may be compared, whatever the number of readings.
  var shortestWindow: Seconds { get }
  /// The power of this moment, above zero.
  /// - Throws: `EnergyError` if the sensor cannot be read; it says what to do.
  func power() throws(EnergyError) -> Watts
}

extension PowerSensor {
  public var notes: [String] { [] }
  public var interval: Seconds { Seconds(0.05) }
  public var settling: Seconds { .zero }
  public var shortestWindow: Seconds { Seconds(2) }
}

/// Reads a sensor of power on and on, from a thread of its own, and adds up energy. The thread begins with the first mark
/// and ends with the meter. A mark reads the clock alone: the work does not wait for a slow sensor.
public final class PolledMeter: EnergyMeter {
  public let source: String
  public let boundary: Boundary
  public let tier: Tier
  public var notes: [String] { poller.sensor.notes }
  public var settling: Seconds { poller.sensor.settling }
  public var shortestWindow: Seconds {
    max(poller.sensor.shortestWindow, spacing * Double(Self.readingsPerWindow))
  }

  /// A hundred are needed; a machine at work delays some.
  static let readingsPerWindow = 125

  /// From reading to reading, with the time that a slow one takes.
  private let spacing: Seconds
  private let poller: Poller
  private let ticks: Bool
  private let cpu: Int
  private let ticker = Mutex<UInt?>(nil)

  /// Reads the sensor once.
  /// - Parameters:
  ///   - cpu: where the readings are taken, apart from the work; nil leaves it to the kernel.
  ///   - ticks: whether readings are taken between marks.
  /// - Throws: what the sensor throws.
  public init(_ sensor: any PowerSensor, cpu: Int? = nil, ticks: Bool = true) throws(EnergyError) {
    let began = MonotonicTime.now
    _ = try sensor.power()
    let taken = MonotonicTime.now - began
    spacing = taken > sensor.interval / 10 ? sensor.interval + taken : sensor.interval
    (source, boundary, tier) = (sensor.source, sensor.boundary, sensor.tier)
    (self.ticks, self.cpu) = (ticks, cpu ?? -1)
    poller = Poller(sensor)
  }

  deinit {
    if let ticker = ticker.withLock({ $0 }) { cm_ticker_stop(UnsafeMutableRawPointer(bitPattern: ticker)) }
  }

  public func awaitUpdate() {
    guard (try? mark(at: MonotonicTime.now)) != nil else { return }
    _ = readings(until: MonotonicTime.now)
  }

  public func mark(at now: Seconds) throws(EnergyError) -> EnergyMark {
    if !ticks || poller.state.withLock({ $0.trace.points.isEmpty }) { poller.read(at: now) }
    if let problem = poller.state.withLock({ $0.problem }) { throw problem }
    try start()
    return EnergyMark(time: now)
  }

  /// A busy machine may delay the thread, but not for long.
  private var longestGap: Seconds { ticks ? max(spacing * 10, Seconds(1)) : Seconds(.infinity) }

  /// All readings, once there is one at `end` or later, or one that failed, or none for too long.
  private func readings(until end: Seconds) -> Poller.State {
    let limit = MonotonicTime.now + longestGap
    while true {
      let state = poller.state.withLock { $0 }
      let isCovered = state.trace.points.last.map { $0.time >= end } == true
      if isCovered || !ticks || state.problem != nil || MonotonicTime.now > limit { return state }
      usleep(1000)
    }
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    _ = try length(from: start, to: end)
    let state = readings(until: end.time)
    if let problem = state.problem { throw problem }
    do throws(EnergyError) {
      let (used, readings) = try state.trace.energy(
        from: start.time, to: end.time, longestGap: longestGap)
      let memory = Reading<Joules>.missing(reason: "\(source) does not tell memory apart")
      var range = EnergyRange(low: used, central: used, high: used, memory: memory)
      range.readings = readings
      return range
    } catch {
      throw EnergyError("\(source): \(error); measure again on a quieter machine")
    }
  }

  private func start() throws(EnergyError) {
    guard ticks else { return }
    let nanoseconds = Int64(poller.sensor.interval.value * 1e9)
    let context = Unmanaged.passUnretained(poller).toOpaque()
    let address = UInt(bitPattern: context)
    let problem = ticker.withLock { ticker -> Int32 in
      guard ticker == nil else { return 0 }
      var handle: UnsafeMutableRawPointer?
      let problem = cm_ticker_start(
        nanoseconds, Int32(cpu),
        { Unmanaged<Poller>.fromOpaque($0!).takeUnretainedValue().read() },
        UnsafeMutableRawPointer(bitPattern: address), &handle)
      ticker = handle.map { UInt(bitPattern: $0) }
      return problem
    }
    if problem != 0 { throw EnergyError("\(source): no thread for its readings (errno \(problem))") }
  }
}

/// What the thread of a `PolledMeter` works on.
private final class Poller: Sendable {
  struct State {
    var trace = PowerTrace()
    /// The first reading that failed; nothing is integrated over it.
    var problem: EnergyError?
  }
  let sensor: any PowerSensor
  let state = Mutex(State())

  init(_ sensor: any PowerSensor) { self.sensor = sensor }

  /// - Parameter time: of the reading; nil for the middle of the time that it takes.
  func read(at time: Seconds? = nil) {
    do throws(EnergyError) {
      let began = MonotonicTime.now
      let power = try sensor.power()
      let time = time ?? (began + MonotonicTime.now) / 2
      state.withLock { $0.trace.add(PowerTrace.Point(time, power)) }
    } catch {
      state.withLock { $0.problem = $0.problem ?? error }
    }
  }
}
