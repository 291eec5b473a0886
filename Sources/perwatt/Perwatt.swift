import ArgumentParser

/// The command. Data goes to standard output, everything else to standard error.
@main
struct Perwatt: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "perwatt",
    abstract: "Measure how much transformer this machine runs, per second, per joule and per dollar.",
    discussion: """
      Without a subcommand, everything is measured and stored: machine, kernels, transformer, energy, claims.

      Example: perwatt --quick -t 2
      """,
    version: version,
    subcommands: [
      RunCommand.self, MachineCommand.self, KernelsCommand.self, ModelCommand.self, ClaimsCommand.self,
      GenerateCommand.self, TrainCommand.self, DistillCommand.self, LogitsCommand.self, ConvertCommand.self,
      PerplexityCommand.self, ShowCommand.self, ReportCommand.self, CompareCommand.self, AgainstCommand.self,
      BisectCommand.self, TrackCommand.self, ExportCommand.self, ImportCommand.self, HardwareCommand.self,
      ProjectCommand.self, FleetCommand.self, WorkerCommand.self,
    ], defaultSubcommand: RunCommand.self)
}
