import Energy
import Quantities

/// Energy of a phase: the work repeated for a window long enough for the meter.
public struct EnergyWindow {
  public let energy: EnergyRange
  public let length: Seconds
  public let tokens: Tokens

  /// Repeats `work`, which handles `tokens` tokens, for at least `atLeast`; the window ends with a whole repetition.
  public static func measure(
    _ meter: any EnergyMeter, atLeast: Seconds, tokens: Int, work: () throws -> Void
  ) throws -> EnergyWindow {
    var repetitions = 0
    let mark = try meter.begin()
    var now = mark.time
    repeat {
      try work()
      repetitions += 1
      now = MonotonicTime.now
    } while now - mark.time < atLeast
    return EnergyWindow(
      energy: try meter.energy(since: mark, at: now), length: now - mark.time,
      tokens: Tokens(repetitions * tokens))
  }

  /// A meter that only multiplies time by power needs no window of its own: the time was measured already.
  public static func computed(_ meter: any EnergyMeter, length: Seconds, tokens: Int) throws -> EnergyWindow {
    let mark = try meter.begin(at: .zero)
    return EnergyWindow(
      energy: try meter.energy(since: mark, at: length), length: length, tokens: Tokens(tokens))
  }
}
