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

  /// Gross less the idle power over the same time; always to be shown beside gross, never alone.
  public var netPerToken: Reading<JoulesPerToken> {
    guard let metering else { return .missing(reason: "no idle power was measured") }
    guard let before = metering.idleBefore.value, let after = metering.idleAfter.value else {
      let reason = metering.idleBefore.reason ?? metering.idleAfter.reason ?? ""
      return .missing(reason: "idle power: \(reason)")
    }
    let idle = (before + after) / 2 * window
    let net = perToken.central - idle / tokens
    guard net > .zero else { return .missing(reason: "the work drew no more power than the idle machine") }
    return .measured(net)
  }

  /// Why the figure may not be compared with another of its kind, one line each; empty where it may.
  public var problems: [String] {
    if origin.tier == "proxy" { return ["a proxy is not a measurement and decides nothing"] }
    guard let metering else { return [] }
    var problems: [String] = []
    if window < metering.shortestWindow {
      let (seen, needed) = (window.value, metering.shortestWindow.value)
      problems.append(
        "window too short: \(Format.significant(seen)) s of the \(Format.significant(needed)) s that this meter needs"
      )
    }
    guard let before = metering.idleBefore.value, let after = metering.idleAfter.value else {
      return problems + [netPerToken.reason ?? "no idle power"]
    }
    if abs((before - after).value) > Self.idleTolerance * min(before, after).value {
      let (first, second) = (Format.significant(before.value), Format.significant(after.value))
      problems.append("idle power moved from \(first) W to \(second) W: more than a tenth")
    }
    return problems
  }

  /// This figure's gross energy relative to another's.
  /// - Returns: the reason instead, where the two cannot be compared: other boundaries or sources, a proxy, an invalid window.
  public func ratio(to other: EnergyFigure) -> Reading<Double> {
    guard origin == other.origin else {
      let (mine, others) = (
        "\(origin.source), \(origin.boundary)", "\(other.origin.source), \(other.origin.boundary)"
      )
      return .missing(reason: "not comparable: \(mine) against \(others)")
    }
    if let problem = (problems + other.problems).first {
      return .missing(reason: "not comparable: \(problem)")
    }
    return .measured(perToken.central / other.perToken.central)
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
