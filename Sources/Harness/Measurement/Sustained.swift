import Quantities
import Statistics

/// How long an alternative runs without pause, and in which steps its speed is told.
public struct SustainedPlan: Hashable, Sendable {
  public let duration: Seconds
  /// Of one interval, at least.
  public let interval: Seconds

  /// Sixty intervals, each of a tenth of a second or longer: thermal limits act over seconds (Linux polls a thermal
  /// zone about once a second), and the later half must hold enough of them for a 95 % interval.
  public init(duration: Seconds) {
    self.duration = duration
    interval = max(duration / 60, Seconds(0.1))
  }
}

/// What the machine is like at a moment; what cannot be read says why.
public struct MachineCondition: Codable, Hashable, Sendable {
  /// Of the hottest sensor of the processor, in °C.
  public var temperature: Reading<Double>
  /// Of the fastest processor core, in Hz.
  public var clock: Reading<Double>

  public init(temperature: Reading<Double>, clock: Reading<Double>) {
    (self.temperature, self.clock) = (temperature, clock)
  }

  private enum CodingKeys: String, CodingKey {
    case temperature = "temperature_c"
    case clock = "clock_hz"
  }
}

/// One interval of a sustained run.
public struct SustainedInterval: Codable, Hashable, Sendable {
  /// Since the run's start.
  public var start: Seconds
  public var length: Seconds
  public var iterations: Int
  /// At its end.
  public var condition: MachineCondition

  public var perIteration: Seconds { length / Double(iterations) }

  public init(start: Seconds, length: Seconds, iterations: Int, condition: MachineCondition) {
    (self.start, self.length) = (start, length)
    (self.iterations, self.condition) = (iterations, condition)
  }

  private enum CodingKeys: String, CodingKey {
    case start = "start_s"
    case length = "length_s"
    case iterations, condition
  }
}

/// What an alternative does when it runs on and on.
public struct SustainedRun: Hashable, Sendable {
  public let intervals: [SustainedInterval]
  /// Why it ended early; nil if it did not.
  public let note: String?

  public init(intervals: [SustainedInterval], note: String? = nil) {
    (self.intervals, self.note) = (intervals, note)
  }

  /// Seconds per iteration in the later half of the intervals: the sustained ones.
  public var settled: [Double] {
    intervals.suffix((intervals.count + 1) / 2).map { $0.perIteration.value }
  }

  /// Why the later half is no steady state; nil if it is.
  public var problem: String? {
    guard intervals.count >= 2 * Steadiness.samplesNeeded else {
      return "\(intervals.count) intervals are too few to tell whether it had become steady"
    }
    return Steadiness.problem(in: settled).map { "still changing at the end: \($0)" }
  }
}

extension Sampler {
  /// Runs `alternative` without pause for `plan.duration`, in calls of `iterations`; `condition` is asked after each
  /// interval. The run ends with a whole interval, at an error of the work, or when an interruption is asked for; what
  /// there is until then is returned, with a note.
  public func sustain(
    _ alternative: Alternative, iterations: Int, plan: SustainedPlan,
    condition: () -> MachineCondition
  ) -> SustainedRun {
    var intervals: [SustainedInterval] = []
    let begin = clock.now()
    var start = begin
    while start - begin < plan.duration {
      var (done, now) = (0, start)
      do {
        repeat {
          if isInterrupted() { return SustainedRun(intervals: intervals, note: "interrupted") }
          try alternative.body(iterations)
          done += iterations
          now = clock.now()
        } while now - start < plan.interval && (now > start || clock.advances)
      } catch {
        return SustainedRun(intervals: intervals, note: isInterrupted() ? "interrupted" : oneLine(error))
      }
      guard now > start else { return SustainedRun(intervals: intervals, note: "the clock stands still") }
      intervals.append(
        SustainedInterval(start: start - begin, length: now - start, iterations: done, condition: condition())
      )
      start = clock.now()
    }
    return SustainedRun(intervals: intervals)
  }
}
