import Quantities

/// Something that the system or the processor counts. An open set, so that counts of a newer version are read, too.
public struct Event: RawRepresentable, Hashable, Sendable {
  /// As it stands in records: `minor_faults`.
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// Pages that were mapped without and with reading a disk.
  public static let minorFaults = Event(rawValue: "minor_faults")
  public static let majorFaults = Event(rawValue: "major_faults")
  /// A thread waited; a thread was made to wait for others.
  public static let voluntarySwitches = Event(rawValue: "voluntary_switches")
  public static let involuntarySwitches = Event(rawValue: "involuntary_switches")
  /// Counted by the processor.
  public static let instructions = Event(rawValue: "instructions")
  public static let cycles = Event(rawValue: "cycles")
  public static let cacheMisses = Event(rawValue: "cache_misses")
  public static let branchMisses = Event(rawValue: "branch_misses")
}

/// How often events happened.
public struct EventCounts: Codable, Hashable, Sendable {
  /// By the names of events, so that it is an object in JSON.
  private var readings: [String: Reading<Double>]

  public init(_ readings: [Event: Reading<Double>]) {
    self.readings = Dictionary(uniqueKeysWithValues: readings.map { ($0.rawValue, $1) })
  }

  public subscript(event: Event) -> Reading<Double> {
    readings[event.rawValue] ?? .missing(reason: "not counted")
  }

  /// Those that were asked for, by name.
  public var events: [Event] { readings.keys.sorted().map(Event.init) }

  /// Both together; an event that one of them lacks is missing.
  public func adding(_ other: EventCounts) -> EventCounts {
    var sum = self
    for (name, mine) in readings {
      sum.readings[name] = mine.combined(with: other[Event(rawValue: name)]) { $0 + $1 }
    }
    return sum
  }

  public init(from decoder: any Decoder) throws {
    readings = try decoder.singleValueContainer().decode([String: Reading<Double>].self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(readings)
  }
}

/// Counts events. A value, so that tests bring their own counts.
public struct CountSource {
  /// Asked right before each sample; what it returns is asked right after, and tells what happened between the two.
  /// Neither is within the sample's time, but both may count their own doing: microseconds, please.
  public let begin: () -> () -> EventCounts

  public init(begin: @escaping () -> () -> EventCounts) { self.begin = begin }
}
