import CMachine
import Quantities
import Synchronization

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
/// and ends with the meter.
public final class PolledMeter: EnergyMeter {
  public let source: String
  public let boundary: Boundary
  public let tier: Tier
  public var notes: [String] { poller.sensor.notes }
  public var settling: Seconds { poller.sensor.settling }
  /// Two seconds and a hundred readings.
  public var shortestWindow: Seconds { max(poller.sensor.shortestWindow, poller.sensor.interval * 100) }

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
    _ = try sensor.power()
    (source, boundary, tier) = (sensor.source, sensor.boundary, sensor.tier)
    (self.ticks, self.cpu) = (ticks, cpu ?? -1)
    poller = Poller(sensor)
  }

  deinit {
    if let ticker = ticker.withLock({ $0 }) { cm_ticker_stop(UnsafeMutableRawPointer(bitPattern: ticker)) }
  }

  public func mark(at now: Seconds) throws(EnergyError) -> EnergyMark {
    poller.read(at: now)
    if let problem = poller.state.withLock({ $0.problem }) { throw problem }
    try start()
    return EnergyMark(time: now)
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    _ = try length(from: start, to: end)
    let state = poller.state.withLock { $0 }
    if let problem = state.problem { throw problem }
    // A busy machine may delay the thread, but not for long.
    let gap = ticks ? max(poller.sensor.interval * 10, Seconds(1)) : Seconds(.infinity)
    do throws(EnergyError) {
      let (used, readings) = try state.trace.energy(from: start.time, to: end.time, longestGap: gap)
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
        { Unmanaged<Poller>.fromOpaque($0!).takeUnretainedValue().read(at: MonotonicTime.now) },
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

  func read(at time: Seconds) {
    do throws(EnergyError) {
      let power = try sensor.power()
      state.withLock { $0.trace.add(PowerTrace.Point(time, power)) }
    } catch {
      state.withLock { $0.problem = $0.problem ?? error }
    }
  }
}
