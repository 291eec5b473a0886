import Quantities

/// What the machine did to a run while it went on. Stored with the run; `findings` judges it.
public struct RunConditions: Codable, Sendable, Hashable {
  /// From the first look to the last.
  public var duration: Seconds
  /// The largest rise of a CPU's thermal throttle counter.
  public var throttleEvents: Reading<Double>
  /// By how many levels a cooling device slowed CPUs more than at the start.
  public var coolingRise: Reading<Double>
  /// What a Raspberry Pi's firmware reported; empty for nothing.
  public var firmware: Reading<[String]>
  /// The lowest clock as a share of the set one.
  public var lowestClockShare: Reading<Double>
  /// CPU time that the hypervisor gave to others, as a share of the time wanted on the CPUs that the run may use.
  public var stealShare: Reading<Double>
  /// CPU time of other programs, as a share of all time of those CPUs.
  public var othersShare: Reading<Double>
  /// How often the kernel took a CPU from one of our threads.
  public var preemptions: Reading<Double>

  /// Beyond these, a run is invalid, or a remark is made.
  public enum Bounds {
    /// A clock 5 % lower is a result 5 % lower.
    public static let clockShare = 0.95
    /// Stolen time lengthens samples by as much.
    public static let stealShare = 0.01
    /// Other programs take caches and memory, too; medians of a rotation bear some of it.
    public static let othersShare = 0.1
    /// A loss of a CPU costs a few microseconds and a cold cache: below a thousandth of the time.
    public static let preemptionsPerSecond = 50.0
  }

  /// What makes the run invalid: one sentence each, with its value and its bound. What is not known is not held
  /// against the run.
  public var findings: [String] { [throttled, cooled, warned, slowed, stolen].compactMap(\.self) }

  /// What a reader should know all the same.
  public var remarks: [String] { [shared, preempted].compactMap(\.self) }

  private var throttled: String? {
    guard let events = throttleEvents.value, events > 0 else { return nil }
    return
      "the CPU throttled for heat (its counter rose by \(Format.fixed(events, 0)), bound 0): cool it better"
  }
  private var cooled: String? {
    guard let rise = coolingRise.value, rise > 0 else { return nil }
    return "cooling slowed the CPU (by \(Format.fixed(rise, 0)) levels, bound 0): cool it better"
  }
  private var warned: String? {
    guard let alarms = firmware.value, !alarms.isEmpty else { return nil }
    let advice = alarms.contains("under-voltage") ? "use a stronger power supply" : "cool it better"
    return "the firmware reported \(alarms.joined(separator: ", ")) (bound: nothing): \(advice)"
  }
  private var slowed: String? {
    guard let share = lowestClockShare.value, share < Bounds.clockShare else { return nil }
    return
      "the clock fell to \(Self.percent(share)) of the set one (bound \(Self.percent(Bounds.clockShare)))"
  }
  private var stolen: String? {
    guard let share = stealShare.value, share > Bounds.stealShare else { return nil }
    return
      "the hypervisor took \(Self.percent(share)) of the CPU time (bound \(Self.percent(Bounds.stealShare)))"
  }
  private var shared: String? {
    guard let share = othersShare.value, share > Bounds.othersShare else { return nil }
    return
      "other programs used \(Self.percent(share)) of the CPUs during the run: stop them, or compare within it only"
  }
  private var preempted: String? {
    guard let count = preemptions.value, duration > .zero else { return nil }
    let rate = count / duration.value
    guard rate > Bounds.preemptionsPerSecond else { return nil }
    return
      "threads lost their CPU \(Format.significant(rate)) times per second: stop other programs, or use fewer threads"
  }

  private static func percent(_ share: Double) -> String { "\(Format.significant(share * 100)) %" }

  private enum CodingKeys: String, CodingKey {
    case duration = "duration_s"
    case throttleEvents = "throttle_events"
    case coolingRise = "cooling_rise_levels"
    case lowestClockShare = "lowest_clock_share"
    case stealShare = "steal_share"
    case othersShare = "others_share"
    case firmware, preemptions
  }
}
