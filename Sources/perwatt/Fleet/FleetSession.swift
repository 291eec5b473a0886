import Fleet
import Foundation
import Results

/// A fleet that begins, goes on or is only looked at.
struct FleetSession {
  private let command: FleetCommand
  private let store: FleetStore
  private var plan: FleetPlan

  /// - Throws: `Failure`, `FleetError`, `ResultsError`.
  init(_ command: FleetCommand) throws {
    self.command = command
    if command.resume || command.noRun {
      store = try Self.known(command)
      plan = try store.plan()
      return
    }
    let target = try Self.target(command)
    let started = Date().formatted(.iso8601)
    let stem = command.name ?? "\(started.prefix(10))-\(command.suite)"
    store = try FleetStore.free(stem, in: command.results)
    guard command.name == nil || store.name == stem else {
      throw Failure(
        "--name \(stem): a fleet of this name has begun; go on with --resume, or choose another name")
    }
    plan = FleetPlan(
      name: store.name, started: started, target: target, suite: command.suite, arguments: command.arguments)
    plan.nodeFolder = command.nodeFolder
    try store.begin(plan)
  }

  private static func known(_ command: FleetCommand) throws -> FleetStore {
    if let name = command.name { return try FleetStore(results: command.results, name: name) }
    guard let store = FleetStore.newest(in: command.results) else {
      throw Failure("\(command.results) has no fleet yet; begin one with --hosts or --slurm")
    }
    return store
  }

  private static func target(_ command: FleetCommand) throws -> FleetPlan.Target {
    if let hosts = command.hosts { return .hosts(try HostList.parse(hosts)) }
    let partition = command.slurm ?? ""
    let slurm = try Slurm(partition: partition, minutes: command.remote.minutes)
    return .slurm(partition: partition, nodes: try command.nodes ?? SlurmFleet.count(slurm))
  }

  /// Brings every node that is not done to its end.
  ///
  /// - Throws: what stops all of them: no program to run, no queue. A node's own failure is in its state.
  func run() throws {
    let lock = try FolderLock(store.folder, work: "runs this fleet")
    defer { lock.release() }
    let nodes = store.nodes(of: plan)
    guard nodes.contains(where: { $0.status != .done }) else {
      return Console.note("every node is done already")
    }
    Console.note("fleet \(store.name): \(nodes.count) nodes, states in \(store.folder)")
    switch plan.target {
    case .hosts:
      try TemporaryFolder.with { folder in
        let program = try command.remote.program(in: folder.path)
        let fleet = HostFleet(store: store, plan: plan, program: program, options: command.remote.values)
        _ = fleet.run(nodes)
      }
    case .slurm(let partition, _):
      var slurm = try Slurm(partition: partition, minutes: command.remote.minutes)
      if plan.nodeFolder != nil { slurm.atOnce = command.remote.parallel }
      let program = try command.remote.program(in: store.folder)
      _ = try SlurmFleet(store: store, plan: plan, slurm: slurm, program: program).run(nodes)
    }
  }

  /// Judges what is stored.
  func summary(_ assumptions: FleetAssumptions) throws -> FleetSummary {
    var (nodes, figures) = (store.nodes(of: plan), FleetFigures())
    let results = command.results
    Gathering.collect(&nodes, into: &figures) { node in
      try node.records.map { name in
        guard let text = FileManager.default.contents(atPath: "\(results)/\(name)") else {
          throw ResultsError.notFound(path: "\(results)/\(name)")
        }
        return (name, text)
      }
    }
    return FleetSummary(plan, nodes, figures, assumptions)
  }
}
