import Quantities

/// Watches the machine while a run goes on: it looks before, between cases and after, never within a timed sample.
///
/// ```swift
/// var watch = RunWatch(now: clock.now)
/// for one in cases { measure(one); watch.look() }
/// record.conditions = watch.conditions()
/// ```
public struct RunWatch {
  private let root: FileRoot
  private let now: () -> Seconds
  private let cpus: [Int]?

  private let start: Seconds
  private let ticks: Reading<CPUTicks>
  private let own: Reading<OwnTicks>
  private let switches: Reading<Double>
  private let throttle: ThrottleState

  private var lowestClock: Reading<Double>
  private var coolingRise = 0.0
  private var firmwareBits = 0

  /// Takes the first look. - Parameter now: a clock that never runs backwards.
  public init(root: FileRoot = .host, now: @escaping () -> Seconds) {
    (self.root, self.now) = (root, now)
    cpus = CPUOrder.allowed(root).value
    // Some kernels clear the firmware's memory when it is read: what the second reading still has is older than the run.
    _ = ThrottleState.firmware(root)
    throttle = ThrottleState.read(root)
    (start, ticks, own) = (now(), CPUTicks.read(root, cpus: cpus), OwnTicks.read(root))
    switches = Self.involuntarySwitches(root)
    lowestClock = ClockShare.read(root)
    firmwareBits = (throttle.firmware.value ?? 0) & 0xF
  }

  /// A look at what does not last: clocks, cooling, the firmware's alarms. Some tens of microseconds.
  public mutating func look() {
    lowestClock = Self.lower(lowestClock, ClockShare.read(root))
    for (file, level) in ThrottleState.cooling(root) {
      coolingRise = max(coolingRise, level - (throttle.cooling[file] ?? 0))
    }
    if let bits = ThrottleState.firmware(root).value {
      let sticky = (bits & ~(throttle.firmware.value ?? 0)) >> 16
      firmwareBits |= (bits | sticky) & 0xF
    }
  }

  /// Takes the last look and tells what has happened since the first.
  public mutating func conditions() -> RunConditions {
    look()
    let spent = CPUTicks.read(root, cpus: cpus).combined(with: ticks) { $0.since($1) }
    let used = OwnTicks.read(root).combined(with: own) { max($0.used - $1.used, 0) }
    return RunConditions(
      duration: now() - start, throttleEvents: throttleEvents, coolingRise: cooling, firmware: firmware,
      lowestClockShare: lowestClock, stealShare: Self.stealShare(spent),
      othersShare: Self.others(spent, used),
      preemptions: Self.involuntarySwitches(root).combined(with: switches) { max($0 - $1, 0) })
  }

  /// The largest rise of a counter: siblings and packages repeat theirs on every CPU.
  private var throttleEvents: Reading<Double> {
    let rises = ThrottleState.counts(root).compactMap { file, count in
      throttle.counts[file].map { max(count - $0, 0) }
    }
    let path = "\(ThrottleState.cpuFolder)/cpu*/thermal_throttle"
    return rises.max().map { .measured($0) } ?? .missing(reason: "\(path): none readable")
  }

  private var cooling: Reading<Double> {
    let path = "\(ThrottleState.coolingFolder)/cooling_device*"
    return throttle.cooling.isEmpty && coolingRise == 0
      ? .missing(reason: "\(path): none that slows CPUs") : .measured(coolingRise)
  }

  private var firmware: Reading<[String]> {
    throttle.firmware.map { _ in
      ThrottleState.firmwareBits.filter { firmwareBits >> $0.0 & 1 == 1 }.map(\.1)
    }
  }

  /// Below a second of CPU time, a single tick would already exceed the bound.
  private static func stealShare(_ spent: Reading<CPUTicks>) -> Reading<Double> {
    spent.parsed("\(CPUTicks.path): less than a second of CPU time") { spent in
      let wanted = spent.busy + spent.steal
      return wanted >= CPUTicks.perSecond ? spent.steal / wanted : nil
    }
  }

  private static func others(_ spent: Reading<CPUTicks>, _ used: Reading<Double>) -> Reading<Double> {
    let shares = spent.combined(with: used) { spent, used -> Double? in
      spent.total >= CPUTicks.perSecond ? max(spent.busy - used, 0) / spent.total : nil
    }
    return shares.parsed("\(CPUTicks.path): less than a second of CPU time") { $0 }
  }

  /// Of all threads that live; those that have ended take theirs with them.
  private static func involuntarySwitches(_ root: FileRoot) -> Reading<Double> {
    let folder = "/proc/self/task", name = "nonvoluntary_ctxt_switches:"
    let counts = root.list(folder).compactMap { thread -> Double? in
      let text = root.text("\(folder)/\(thread)/status").value ?? ""
      return text.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count).amount
    }
    return counts.isEmpty
      ? .missing(reason: "\(folder)/*/status: no \(name.dropLast())") : .measured(counts.reduce(0, +))
  }

  private static func lower(_ a: Reading<Double>, _ b: Reading<Double>) -> Reading<Double> {
    // A governor that was changed in the run leaves no clock to hold it to; the reason says so.
    a.combined(with: b, min)
  }
}
