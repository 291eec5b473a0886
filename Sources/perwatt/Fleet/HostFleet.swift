import Fleet
import Foundation
import Measurement
import Quantities
import Results
import Synchronization

/// A fleet of hosts: each is checked, given the program, run and asked for its records, beside the others.
struct HostFleet: Sendable {
  let store: FleetStore
  let plan: FleetPlan
  let program: FleetProgram
  let options: FleetHostOptions.Values

  private static let checkLimit = Seconds(60), bringLimit = Seconds(600)
  /// What a host may take beyond the limit of its run or build, until it is given up.
  private static let grace = Seconds(20)

  /// Brings `nodes` to their ends; each state is stored as it changes.
  func run(_ nodes: [FleetNode]) -> [FleetNode] {
    let states = Mutex(nodes)
    Workers.each(nodes.count, atOnce: options.parallel) { index in
      let node = states.withLock { $0[index] }
      guard node.status != .done, !Interrupt.isRequested else { return }
      let ended = perform(node)
      states.withLock { $0[index] = ended }
    }
    return states.withLock(\.self)
  }

  private func perform(_ begun: FleetNode) -> FleetNode {
    var node = begun
    do {
      node.begin(.check)
      try store.save(node)
      try steps(&node)
    } catch {
      node.fail("\(error)")
    }
    FleetProgress.tell(node, store)
    return node
  }

  private func steps(_ node: inout FleetNode) throws {
    let host = HostConnection(host: node.name, ssh: options.ssh, isInterrupted: { Interrupt.isRequested })
    let asked = RemoteCommand.check(folder: options.folder, program: program.offer.place)
    let answer = try host.output(asked, limit: Self.checkLimit)
    let check = try HostCheck(answer: String(decoding: answer, as: UTF8.self))
    let need = try Provision.decide(check, program.offer)
    try enter(.install, &node)
    try provide(need, check, host, node)
    try enter(.run, &node)
    let run = "\(check.folder)/runs/\(plan.name)-\(node.number)-\(node.attempts)"
    try measure(run, check, host, node)
    try enter(.gather, &node)
    node.finish(try bring(run, host))
    _ = try? host.output(.remove(run), limit: Self.checkLimit)
  }

  private func enter(_ stage: FleetNode.Stage, _ node: inout FleetNode) throws {
    node.enter(stage)
    try store.save(node)
    if stage != .gather { Console.note("\(node.name): \(stage.rawValue)") }
  }

  private func provide(_ need: Provision, _ check: HostCheck, _ host: HostConnection, _ node: FleetNode)
    throws
  {
    switch need {
    case .nothing: return
    case .copy(let file):
      let command = RemoteCommand.install(program: program.offer.place, size: file.size, in: check.folder)
      _ = try host.output(command, limit: Self.bringLimit, input: file.path)
      try start(check, host)
    case .build: try build(check, host, node)
    }
  }

  private func build(_ check: HostCheck, _ host: HostConnection, _ node: FleetNode) throws {
    let log = log(node, "build")
    Console.note("\(node.name): builds; its words are in \(log)")
    let watch = BuildWatch(name: node.name, log: log)
    var builder = host
    (builder.limitAdvice, builder.onLook) = ("give more with --build-limit", watch.look)
    let command = RemoteCommand.build(
      source: program.offer.source, in: check.folder, limit: Int(options.buildLimit.value.rounded(.up)))
    do {
      _ = try builder.output(
        command, limit: options.buildLimit + Self.grace, input: program.archive, log: log)
    } catch let failure as HostFailure where failure.isOfCommand {
      throw BuildFailure(name: "the source", log: log)
    } catch {
      stop("\(check.folder)/\(program.offer.source)", by: "INT", host)
      throw error
    }
  }

  /// A program whose libraries are missing says so before anything is measured.
  private func start(_ check: HostCheck, _ host: HostConnection) throws {
    do {
      _ = try host.output(.version(program: "\(check.folder)/\(program.offer.place)"), limit: Self.checkLimit)
    } catch {
      throw FleetError(StartFailure.advice("\(error)"))
    }
  }

  private func measure(_ run: String, _ check: HostCheck, _ host: HostConnection, _ node: FleetNode) throws {
    let words = program.words("\(check.folder)/\(program.offer.place)") + [plan.suite] + plan.arguments
    let command = RemoteCommand.run(words, in: run, limit: Int(options.limit.value.rounded(.up)))
    var runner = host
    runner.limitAdvice = "give more with --limit"
    do {
      _ = try runner.output(command, limit: options.limit + Self.grace, log: log(node, "run"))
    } catch {
      stop(run, by: "TERM", host)
      throw error
    }
  }

  /// What a host still does would hold its lock, or its cores.
  private func stop(_ folder: String, by signal: String, _ host: HostConnection) {
    let last = HostConnection(host: host.host, ssh: host.ssh, isInterrupted: { false })
    _ = try? last.output(.stop(folder, by: signal), limit: Seconds(10))
  }

  private func bring(_ run: String, _ host: HostConnection) throws -> [String] {
    let archive = try host.output(.bring(run), limit: Self.bringLimit)
    return try TemporaryFolder.with { folder in
      try RecordArchive.unpack(archive, into: folder, limit: Self.bringLimit)
      return try Gathering.admit(folder.path, into: ResultsStore(folder: store.results))
    }
  }

  private func log(_ node: FleetNode, _ kind: String) -> String { "\(store.logs)/\(node.number)-\(kind).log" }
}

/// Tells once a minute how far a host's build has come.
private final class BuildWatch {
  private let name: String, log: URL
  private var (next, told) = (Clock.monotonic.now() + BuildWatch.pause, "")

  private static let pause = Seconds(60)

  init(name: String, log: String) { (self.name, self.log) = (name, URL(filePath: log)) }

  func look() {
    let now = Clock.monotonic.now()
    guard now >= next else { return }
    next = now + Self.pause
    let words = ChildProcess.lastWords(log)
    if words != told { Console.note("\(name): builds\(words)") }
    told = words
  }
}

/// What people are told while a fleet runs.
enum FleetProgress {
  /// A node has ended: stores it and says so.
  static func tell(_ node: FleetNode, _ store: FleetStore) {
    do {
      try store.save(node)
    } catch {
      Console.note("error: \(error)")
    }
    if let failure = node.failure { return Console.note("error: \(failure)") }
    Console.note("\(node.name): \(node.status.rawValue)")
  }
}
