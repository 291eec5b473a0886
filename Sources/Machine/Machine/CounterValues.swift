import Quantities

/// What the CPU's counters can tell of a program's work, beside its time.
public enum CounterEvent: String, CaseIterable, Codable, Sendable {
  /// Retired instructions.
  case instructions
  /// Cycles of the core's clock while it worked for us.
  case cycles
  /// Accesses that the last cache could not answer, as the CPU's maker defines them.
  case cacheMisses = "cache_misses"
  /// Mispredicted branches.
  case branchMisses = "branch_misses"
}

/// Events between two readings: user mode only, this process's threads. Scaled up where the CPU had to share its
/// counters among more events than it has; `countedShare` says how much of the time was really counted.
public struct CounterValues: Codable, Sendable, Hashable {
  public var instructions: Reading<Double>
  public var cycles: Reading<Double>
  public var cacheMisses: Reading<Double>
  public var branchMisses: Reading<Double>
  /// The smallest share of our running time in which an event was counted, 0…1; 1 where none had to be scaled.
  public var countedShare: Reading<Double>

  public subscript(event: CounterEvent) -> Reading<Double> {
    switch event {
    case .instructions: instructions
    case .cycles: cycles
    case .cacheMisses: cacheMisses
    case .branchMisses: branchMisses
    }
  }

  /// All missing, for one reason: that of `PerfCounters.Unavailable`.
  public static func missing(reason: String) -> CounterValues {
    CounterValues { _ in .missing(reason: reason) }
  }

  private init(_ value: (CounterEvent) -> Reading<Double>) {
    (instructions, cycles) = (value(.instructions), value(.cycles))
    (cacheMisses, branchMisses) = (value(.cacheMisses), value(.branchMisses))
    countedShare = instructions.map { _ in 1 }
  }

  init(_ sums: [CounterEvent: Reading<CountedSum>]) {
    self.init { event in
      (sums[event] ?? .missing(reason: "\(event.rawValue): not opened")).map(\.count)
    }
    let shares = sums.values.compactMap { $0.value?.share }
    countedShare = shares.min().map { .measured($0) } ?? .missing(reason: "no counter ran")
  }

  private enum CodingKeys: String, CodingKey {
    case cacheMisses = "cache_misses"
    case branchMisses = "branch_misses"
    case countedShare = "counted_share"
    case instructions, cycles
  }
}

/// The state of a counter: all values only grow, and wrap at 2⁶⁴.
struct EventCount: Codable, Sendable, Hashable {
  var count: UInt64
  /// Nanoseconds in which the counted thread ran, and those of them in which the event had a counter of the CPU.
  var enabled: UInt64, running: UInt64

  static let zero = EventCount(count: 0, enabled: 0, running: 0)

  func since(_ earlier: EventCount) -> EventCount {
    EventCount(
      count: count &- earlier.count, enabled: enabled &- earlier.enabled, running: running &- earlier.running)
  }

  /// The count as it would have been had the event always had a counter (perf_event_open(2), "time_running"); nil
  /// where it never had one.
  var scaled: Double? {
    if running == 0 { return enabled == 0 && count == 0 ? 0 : nil }
    return Double(count) * max(1, Double(enabled) / Double(running))
  }

}

/// An event of all threads together, scaled.
struct CountedSum: Codable, Sendable, Hashable {
  var count: Double
  /// The share of the threads' time in which it was counted; nil where none ran.
  var share: Double?

  /// Scaled thread by thread, as each has its own share; nil where a thread that ran was never counted.
  init?(_ threads: [EventCount]) {
    let scaled = threads.compactMap(\.scaled)
    guard scaled.count == threads.count else { return nil }
    count = scaled.reduce(0, +)
    let enabled = threads.map { Double($0.enabled) }.reduce(0, +)
    share = enabled > 0 ? min(1, threads.map { Double($0.running) }.reduce(0, +) / enabled) : nil
  }
}

/// The counters at one moment.
public struct CounterReading: Sendable {
  /// Each event, thread by thread.
  let counts: [CounterEvent: Reading<[EventCount]>]

  /// The events since `earlier`, a reading of the same counters.
  public func since(_ earlier: CounterReading) -> CounterValues {
    var sums: [CounterEvent: Reading<CountedSum>] = [:]
    for (event, now) in counts {
      let before = earlier.counts[event] ?? .missing(reason: "\(event.rawValue): not opened")
      let differences = now.combined(with: before) { zip($0, $1).map { $0.since($1) } }
      let uncounted = "\(event.rawValue): others had the CPU's counters all the time"
      sums[event] = differences.parsed(uncounted) { CountedSum($0) }
    }
    return CounterValues(sums)
  }
}
