import ArgumentParser
import Fleet
import Foundation
import Reports
import Results

/// `perwatt fleet`: one suite on many machines.
struct FleetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "Measure a shelf of boards by ssh, or a cluster's nodes by Slurm.",
    discussion: """
      Hosts are reached as your ssh reaches them. Each is checked, given the program, run beside the others and asked for \
      its records, which join those under --results. What follows -- goes to the suite. A host that fails is told and \
      costs no other one; --resume begins those again that are not done.

      Example: perwatt fleet --hosts pi5,pi4,box1 --suite kernels -- --quick
      Example: perwatt fleet --slurm compute --nodes 16
      Example: perwatt fleet --slurm compute --node-folder /tmp
      Example: perwatt fleet --resume
      Example: perwatt fleet --simulate 10000
      """)

  @Option(help: "Hosts as ssh knows them, separated by commas.")
  var hosts: String?

  @Option(help: "A partition of Slurm; its nodes share the folder of results, or give --node-folder.")
  var slurm: String?

  @Option(help: "How many nodes of the partition (default: all that are up).")
  var nodes: Int?

  @Option(
    help: ArgumentHelp(
      "For nodes that share no folder: where they work, as in /tmp. sbcast and srun bring the program and the records.",
      valueName: "path"))
  var nodeFolder: String?

  @Option(help: "What is measured: run, machine, kernels or model.")
  var suite = "run"

  @Option(help: "The fleet's name (default: its date and suite; with --resume and --no-run the newest).")
  var name: String?

  @Flag(help: "Go on with a fleet: begin what failed or was not finished.")
  var resume = false

  @Flag(help: "Draw what a fleet has brought; run nothing.")
  var noRun = false

  @Flag(help: "Print the summary as JSON.")
  var json = false

  @Option(help: "Folder of stored runs; a fleet's states are in fleet/NAME in it.")
  var results = "results"

  @OptionGroup(title: "Hosts") var remote: FleetHostOptions
  @OptionGroup(title: "Money and power") var assumptions: FleetAssumptionOptions
  @OptionGroup(title: "Simulation") var paper: FleetSimulationOptions

  @Argument(parsing: .postTerminator, help: "Arguments of the suite, behind --.")
  var arguments: [String] = []

  func validate() throws {
    let given = [(hosts != nil, "--hosts"), (slurm != nil, "--slurm"), (paper.simulate != nil, "--simulate")]
      .filter(\.0).map(\.1)
    let isOld = resume || noRun
    if resume, noRun { throw ValidationError("--resume and --no-run exclude each other: give one") }
    if given.count > 1 {
      throw ValidationError("\(given.joined(separator: " and ")) exclude each other: give one")
    }
    if !isOld, given.isEmpty { throw ValidationError("name machines: --hosts, --slurm or --simulate") }
    if isOld, let first = given.first {
      throw ValidationError("\(first) is known of a fleet that has begun: leave it out")
    }
    if isOld, !arguments.isEmpty || suite != "run" {
      throw ValidationError("a fleet that has begun keeps its suite: leave out what is run")
    }
    try validateNodes()
    if results.isEmpty { throw ValidationError("--results is empty: name a folder") }
    do {
      if let hosts { _ = try HostList.parse(hosts) }
      if let slurm { _ = try Slurm(partition: slurm, minutes: 1) }
      if let name { _ = try FleetStore(results: results, name: name) }
      try FleetPlan.validate(suite: suite, arguments: arguments)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private func validateNodes() throws {
    for (isGiven, name) in [(nodes != nil, "--nodes"), (nodeFolder != nil, "--node-folder")]
    where isGiven && slurm == nil {
      throw ValidationError("\(name) is for --slurm")
    }
    if let nodes, !(1...100_000).contains(nodes) { throw ValidationError("--nodes \(nodes): give 1 or more") }
    if let nodeFolder, let problem = Slurm.problem(inNodeFolder: nodeFolder) {
      throw ValidationError("--node-folder \(problem)")
    }
  }

  func run() throws {
    if let count = paper.simulate { return try simulate(count) }
    Interrupt.watch()
    // Writing to an ssh that has ended must not end this program.
    signal(SIGPIPE, SIG_IGN)
    let session = try FleetSession(self)
    do {
      if !noRun { try session.run() }
    } catch is AgainstInterrupted {
      throw ExitCode(130)
    }
    let summary = try session.summary(assumptions.values)
    try print(summary)
    if Interrupt.isRequested { throw ExitCode(130) }
    if !summary.failures.isEmpty || summary.unfinished > 0 { throw ExitCode(1) }
  }

  private func simulate(_ count: Int) throws {
    let records = try paper.records(in: results)
    let (summary, outcome) = try paper.simulation(count).run(records, assumptions.values)
    if json {
      try Console.print(IndentedJSON.data(SimulatedFleet(summary: summary, outcome: outcome)))
    } else {
      let report = TextReport(style: Style(colour: Console.usesColour))
      try Console.print(report.fleet(summary) + report.simulation(outcome))
    }
    if outcome.lost > 0 { throw ExitCode(1) }
  }

  private func print(_ summary: FleetSummary) throws {
    if json { return try Console.print(IndentedJSON.data(summary)) }
    try Console.print(TextReport(style: Style(colour: Console.usesColour)).fleet(summary))
  }
}

private struct SimulatedFleet: Encodable {
  var summary: FleetSummary
  var outcome: FleetSimulation.Outcome
}
