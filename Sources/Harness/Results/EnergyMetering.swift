import Quantities

/// How a sensor's window was measured: the raw readings from which net energy and its worth follow.
public struct EnergyMetering: Codable, Hashable, Sendable {
  /// Power with the model loaded and nothing at work, before the run's first window and after its last.
  public var idleBefore: Reading<Watts>
  public var idleAfter: Reading<Watts>
  /// Length of each of the two.
  public var idleWindow: Seconds
  /// What the meter needs; figures of shorter windows are not compared.
  public var shortestWindow: Seconds
  /// Readings that were integrated; nil for counters.
  public var readings: Int?
  /// A/A: the same work against itself, part by part. Smaller differences are not seen with this meter.
  public var smallestDifference: Reading<Double>

  public init(
    idleBefore: Reading<Watts>, idleWindow: Seconds, shortestWindow: Seconds, readings: Int?,
    smallestDifference: Reading<Double>
  ) {
    (self.idleBefore, self.idleWindow) = (idleBefore, idleWindow)
    (self.shortestWindow, self.readings) = (shortestWindow, readings)
    self.smallestDifference = smallestDifference
    idleAfter = .missing(reason: "the run ended before it")
  }

  private enum CodingKeys: String, CodingKey {
    case idleBefore = "idle_before_w"
    case idleAfter = "idle_after_w"
    case idleWindow = "idle_window_s"
    case shortestWindow = "shortest_window_s"
    case readings
    case smallestDifference = "smallest_difference"
  }
}

extension EnergyFigure {
  /// Two idle windows may be this far apart, as a share of the lower one.
  static let idleTolerance = 0.1
  /// A sensor of power has to be read so often within a window.
  static let fewestReadings = 100

  public var isProxy: Bool { origin.tier == EnergyOrigin.proxy }

  /// Gross less the idle power over the same time; always to be shown beside gross, never alone.
  public var netPerToken: Reading<JoulesPerToken> {
    guard let metering else { return .missing(reason: "no idle power was measured") }
    let mean = metering.idleBefore.combined(with: metering.idleAfter) { ($0 + $1) / 2 }
    guard let idle = mean.value else { return .missing(reason: "idle power: \(mean.reason ?? "")") }
    let net = perToken.central - idle * window / tokens
    guard net > .zero else { return .missing(reason: "the work drew no more power than the idle machine") }
    return .measured(net)
  }

  /// Why the measurement may not be compared with another, one line each; empty where it may.
  public var problems: [String] {
    guard let metering else { return [] }
    return tooShort(metering) + idleProblems(metering)
  }

  private func tooShort(_ metering: EnergyMetering) -> [String] {
    if window < metering.shortestWindow {
      let (seen, needed) = (window.value, metering.shortestWindow.value)
      return [
        "window too short: \(Format.significant(seen)) s of the \(Format.significant(needed)) s that this meter needs"
      ]
    }
    if let readings = metering.readings, readings < Self.fewestReadings {
      return ["window too short: \(readings) of \(Self.fewestReadings) readings"]
    }
    return []
  }

  private func idleProblems(_ metering: EnergyMetering) -> [String] {
    guard let before = metering.idleBefore.value, let after = metering.idleAfter.value else {
      return ["no idle power: \(metering.idleBefore.reason ?? metering.idleAfter.reason ?? "")"]
    }
    guard abs((before - after).value) > Self.idleTolerance * min(before, after).value else { return [] }
    let (first, second) = (Format.significant(before.value), Format.significant(after.value))
    return ["idle power moved from \(first) W to \(second) W, by more than a tenth"]
  }
}

extension EnergyRecord {
  /// The figure, or why there is none that may be held against another.
  public var comparable: Reading<EnergyFigure> {
    guard let problem = energy.value?.problems.first else { return energy }
    return .missing(reason: "the measurement of energy is invalid: \(problem)")
  }
}

/// A meter that a machine may have.
public struct MeterRecord: Codable, Hashable, Sendable {
  /// As `--meter` takes it.
  public var name: String
  /// What it reads, or why it cannot be used and what to do.
  public var origin: Reading<EnergyOrigin>
  /// Whether the machine has no such sensor, rather than one that cannot be used.
  public var isAbsent: Bool

  public init(name: String, origin: Reading<EnergyOrigin>, isAbsent: Bool) {
    (self.name, self.origin, self.isAbsent) = (name, origin, isAbsent)
  }

  private enum CodingKeys: String, CodingKey {
    case name, origin
    case isAbsent = "is_absent"
  }
}
