import Machine
import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file that the user's own meter writes: lines of `timestamp,watts`, in seconds since 1970 and watts, at the plug. One
/// first line may be a heading.
public struct CSVMeter: EnergyMeter {
  public let boundary = Boundary.wall
  public let tier = Tier.measured
  /// Without the folder, which is nobody's business.
  public var source: String { "the user's meter, \(path.split(separator: "/").last ?? "")" }
  public let shortestWindow: Seconds
  public let notes: [String]
  private let path: String
  /// From reading to reading: the median of those that are there.
  private let interval: Seconds
  /// What is added to monotonic time to get the file's.
  private let offset: Seconds
  private let patience: Seconds

  /// Reads the file once.
  /// - Parameter offset: seconds since 1970 at monotonic time 0; the machine's own clock if left out.
  /// - Throws: `EnergyError` if it cannot be read or a line is damaged.
  public init(_ path: String, offset: Seconds? = nil) throws(EnergyError) {
    let trace = try Self.read(path)
    guard trace.points.count >= 2 else {
      throw EnergyError("--meter-csv: \(path): fewer than two readings; start the meter before the run")
    }
    if offset == nil { try Self.checkClock(path, last: trace.points[trace.points.count - 1].time) }
    let gaps = zip(trace.points, trace.points.dropFirst()).map { $1.time - $0.time }.sorted()
    interval = gaps[gaps.count / 2]
    (self.path, self.offset) = (path, offset ?? Self.clockOffset)
    shortestWindow = max(Seconds(2), interval * Double(PolledMeter.readingsPerWindow))
    patience = offset == nil ? interval * 5 + Seconds(2) : .zero
    notes = [
      "The user's meter is taken to read the whole machine at its plug, and its clock to be this machine's; a reading "
        + "every \(Format.significant(interval.value)) s."
    ]
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    _ = try length(from: start, to: end)
    let trace = try traceUntil(end.time + offset)
    do throws(EnergyError) {
      let (used, readings) = try trace.energy(
        from: start.time + offset, to: end.time + offset, longestGap: max(interval * 5, Seconds(1)))
      let memory = Reading<Joules>.missing(reason: "a wall meter does not tell memory apart")
      var range = EnergyRange(low: used, central: used, high: used, memory: memory)
      range.readings = readings
      return range
    } catch {
      throw EnergyError(
        "--meter-csv: \(path): \(error); see that the meter still writes, and the clocks agree")
    }
  }

  /// The meter writes the reading after the window's end a little later.
  private func traceUntil(_ end: Seconds) throws(EnergyError) -> PowerTrace {
    let limit = MonotonicTime.now + patience
    while true {
      let trace = try Self.read(path)
      if trace.points.last.map({ $0.time >= end }) == true || MonotonicTime.now >= limit { return trace }
      usleep(50_000)
    }
  }

  /// A meter that stopped, or counts in milliseconds, is told before the run.
  private static func checkClock(_ path: String, last: Seconds) throws(EnergyError) {
    let age = MonotonicTime.now + clockOffset - last
    guard abs(age.value) > 300 else { return }
    let text = "\(Format.significant(abs(age.value))) s \(age > .zero ? "old" : "in the future")"
    throw EnergyError(
      "--meter-csv: \(path): its last reading is \(text); the meter has to write while the run goes on, in seconds since "
        + "1970 by this machine's clock")
  }

  private static var clockOffset: Seconds {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Seconds(Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9) - MonotonicTime.now
  }

  private static func read(_ path: String) throws(EnergyError) -> PowerTrace {
    let text: String
    do {
      text = try FileRoot.host.contents(path)
    } catch {
      throw EnergyError("--meter-csv: \(error); name the file that your meter writes")
    }
    var points: [PowerTrace.Point] = []
    let lines = text.split(whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let fields = line.split(separator: ",").map { $0.trimmingSpaces }
      guard fields.count == 2, let time = Double(fields[0]), let watts = Double(fields[1]), time.isFinite,
        watts >= 0, watts.isFinite
      else {
        // A heading; and a last line that is being written.
        if index == 0 || index == lines.count - 1 { continue }
        throw EnergyError(
          "--meter-csv: \(path): line \(index + 1), '\(line.prefix(40))', is not timestamp,watts such as "
            + "1767225600.5,12.5")
      }
      if let last = points.last, Seconds(time) <= last.time {
        throw EnergyError("--meter-csv: \(path): line \(index + 1): the time does not grow; start a new file")
      }
      points.append(PowerTrace.Point(Seconds(time), Watts(watts)))
    }
    return PowerTrace(points)
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}
