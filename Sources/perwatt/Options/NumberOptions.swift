import ArgumentParser
import Measurement
import Quantities

/// What is measured and shown beyond speed.
struct NumberOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      After its samples, run the fastest alternative of each case so long without pause, and tell the sustained speed \
      beside the burst: 5m, 90s, 1m30s or 300 (seconds).
      """, valueName: "duration"))
  var sustain: String?

  @Flag(help: "Print what was counted beside the times: instructions, faults, context switches, memory.")
  var counts = false

  func validate() throws { _ = try duration() }

  func apply(to settings: inout RunSettings) throws {
    settings.sustain = try duration()
    settings.showsCounts = counts
  }

  private func duration() throws -> Seconds? {
    do {
      return try sustain.map { text throws(InvalidDuration) in try DurationText.parse(text) }
    } catch {
      throw ValidationError("--sustain: \(error)")
    }
  }
}
