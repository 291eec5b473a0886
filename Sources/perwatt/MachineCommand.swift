import ArgumentParser
import Machine

/// `perwatt machine`: what this machine is and can do at best, and its settings.
struct MachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine", abstract: "Show what this machine is, measure its peaks, or tune it.",
    discussion: """
      Example: perwatt machine --json
      Example: perwatt machine --show; sudo perwatt machine --tune; perwatt run; sudo perwatt machine --reset
      """)

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var options: MeasureOptions
  @OptionGroup(title: "The kernel's settings") var tune: TuneOptions

  func run() throws {
    if let action = tune.action {
      return try tune.perform(action, on: options.fileRoot, waits: !options.noWait)
    }
    let settings = options.settings(suite: "machine", parts: .machine, threads: threads.count)
    try measureAndPrint(settings, json: options.json) { $0.machine($1) }
  }
}
