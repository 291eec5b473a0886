import ArgumentParser
import Fleet
import Foundation
import Quantities
import Results

/// How hosts are reached and what is put there.
struct FleetHostOptions: ParsableArguments {
  @Option(help: "A static build of perwatt for the hosts' architecture (default: this checkout is built).")
  var binary: String?

  @Flag(help: "Copy the sources to each host and build there; it needs Swift.")
  var build = false

  @Option(help: "The folder on each host, within the user's home or absolute.")
  var folder = "perwatt-fleet"

  @Option(help: ArgumentHelp("A configuration of ssh instead of yours.", valueName: "file"))
  var sshConfig: String?

  @Option(help: "Seconds that the run of a host may take; Slurm takes whole minutes.")
  var limit: Double = 3600

  @Option(help: "Seconds that a build on a host may take.")
  var buildLimit: Double = 7200

  @Option(help: "Hosts that are worked on at once; nodes of Slurm with --node-folder.")
  var parallel = 64

  /// What of it a host needs to know.
  struct Values {
    var ssh: SSH
    var folder: String
    var limit: Seconds
    var buildLimit: Seconds
    var parallel: Int
  }

  func validate() throws {
    if binary != nil, build { throw ValidationError("--binary and --build exclude each other: give one") }
    if let problem = PosixShell.problem(inPath: folder) { throw ValidationError("--folder \(problem)") }
    for (value, name) in [(limit, "--limit"), (buildLimit, "--build-limit")] where !(1...1e7).contains(value)
    {
      throw ValidationError("\(name) \(value): give seconds, 1 or more")
    }
    if !(1...1024).contains(parallel) { throw ValidationError("--parallel \(parallel): give 1 to 1024") }
    if let sshConfig, !FileManager.default.isReadableFile(atPath: sshConfig) {
      throw ValidationError("--ssh-config \(sshConfig): no file that can be read; check the path")
    }
  }

  var values: Values {
    Values(
      ssh: SSH(config: sshConfig), folder: folder, limit: Seconds(limit), buildLimit: Seconds(buildLimit),
      parallel: parallel)
  }

  var minutes: Int { max(1, Int((limit / 60).rounded(.up))) }

  /// - Parameter folder: where the archive of the sources goes.
  func program(in folder: String) throws -> FleetProgram {
    if let binary { return try FleetProgram.binary(binary) }
    return build ? try FleetProgram.sources(in: folder) : try FleetProgram.ownBuild()
  }
}

/// What is assumed beyond prices of tokens.
struct FleetAssumptionOptions: ParsableArguments {
  @OptionGroup var costs: CostOptions

  @Option(help: "Price of the GPU that the fleet is held against, in dollars.")
  var gpuPrice: Double = FleetAssumptions().gpuPrice.value

  @Option(help: "Watts of a machine that has nothing to do.")
  var idleWatts: Double = FleetAssumptions().idle.value

  @Option(help: "Watts of a machine's share of the network.")
  var networkWatts: Double = FleetAssumptions().network.value

  func validate() throws {
    for (value, name) in [(idleWatts, "--idle-watts"), (networkWatts, "--network-watts")]
    where !(value >= 0 && value.isFinite) {
      throw ValidationError("\(name) \(value): give watts, 0 or more")
    }
    if !(gpuPrice > 0 && gpuPrice.isFinite) {
      throw ValidationError("--gpu-price \(gpuPrice): give an amount above zero")
    }
  }

  var values: FleetAssumptions {
    var result = FleetAssumptions()
    (result.costs, result.gpuPrice) = (costs.assumptions, Dollars(gpuPrice))
    (result.idle, result.network) = (Watts(idleWatts), Watts(networkWatts))
    return result
  }
}

/// A fleet on paper.
struct FleetSimulationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Simulate so many machines from stored records.", valueName: "nodes"))
  var simulate: Int?

  @Option(
    help: ArgumentHelp(
      "A record to replay (default: the newest valid one of each machine).", valueName: "file"))
  var replay: [String] = []

  @Option(help: "Share of the hosts that fail.")
  var failureRate: Double = FleetSimulation(nodes: 1).failureRate

  @Option(help: "Share of the nodes that are sick.")
  var sickRate: Double = FleetSimulation(nodes: 1).sickRate

  @Option(help: "How many times as long a sick node takes.")
  var sickFactor: Double = FleetSimulation(nodes: 1).sickFactor

  @Option(help: "Seed of everything that is drawn.")
  var seed: UInt64 = 1

  func validate() throws {
    for (value, name) in [(failureRate, "--failure-rate"), (sickRate, "--sick-rate")]
    where !(0...1).contains(value) {
      throw ValidationError("\(name) \(value): give a share from 0 to 1")
    }
    if !(sickFactor > 0 && sickFactor < 1e6) {
      throw ValidationError("--sick-factor \(sickFactor): give a number above zero")
    }
    if let simulate, !(1...1_000_000).contains(simulate) {
      throw ValidationError("--simulate \(simulate): give 1 to 1000000")
    }
  }

  func simulation(_ nodes: Int) -> FleetSimulation {
    var result = FleetSimulation(nodes: nodes)
    (result.failureRate, result.sickRate, result.sickFactor) = (failureRate, sickRate, sickFactor)
    result.seed = seed
    return result
  }

  /// - Throws: `Failure` where nothing is stored, `ResultsError`.
  func records(in results: String) throws -> [RunRecord] {
    if !replay.isEmpty { return try replay.map { try ResultsStore.load($0) } }
    let store = ResultsStore(folder: results)
    var newest: [String: RunRecord] = [:]
    for path in try store.list() {
      guard let record = try? ResultsStore.load(path), record.device == nil, record.origin.program == nil,
        record.validity.status == .valid
      else { continue }
      let old = newest[record.machine.key]?.origin
      // A whole run has models, too, and is taken before others.
      func rank(_ origin: RunOrigin) -> (Int, String) { (origin.suite == "run" ? 1 : 0, origin.started) }
      if old.map({ rank($0) < rank(record.origin) }) ?? true { newest[record.machine.key] = record }
    }
    guard !newest.isEmpty else {
      throw Failure(
        "\(results) has no valid run to replay; measure one with perwatt run, or name one with --replay")
    }
    return newest.sorted { $0.key < $1.key }.map(\.value)
  }
}
