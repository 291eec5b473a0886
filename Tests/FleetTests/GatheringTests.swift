import FileTrees
import Foundation
import Results
import Statistics
import SyntheticStore
import Testing

@testable import Fleet

@Suite struct GatheringTests {
  private func store(_ tree: FileTree, _ name: String) -> String { "\(tree.folder)/\(name)" }

  private func made(runs: Range<Int>, in folder: String) throws -> [String] {
    try SyntheticStore.kernels(cases: 2, alternatives: 2, runs: 1).write(to: folder, runs: runs)
  }

  @Test func recordsAreTakenInWholeAndOnce() throws {
    let tree = try FileTree()
    let (theirs, ours) = (store(tree, "theirs"), store(tree, "ours"))
    let sent = try made(runs: 0..<2, in: theirs)
    let results = ResultsStore(folder: ours)
    let first = try Gathering.admit(theirs, into: results)
    #expect(first.count == 2)
    #expect(
      Set(try first.map { try Data(contentsOf: URL(filePath: "\(ours)/\($0)")) })
        == Set(try sent.map { try Data(contentsOf: URL(filePath: $0)) }))
    // A second time brings nothing new, and another run of the same day does not replace it.
    #expect(try Gathering.admit(theirs, into: results) == first)
    #expect(try results.list().count == 2)
    var other = try ResultsStore.load(sent[0])
    other.notes = ["another"]
    try OpenRun(path: sent[0]).save(other)
    let second = try Gathering.admit(theirs, into: results)
    #expect(Set(second).subtracting(first).count == 1)
    #expect(try results.list().count == 3)
  }

  @Test(arguments: ["cut", "interrupted", "empty", "link", "none", "newer"])
  func whatIsNoWholeRecordIsRefused(fault: String) throws {
    let tree = try FileTree()
    let (theirs, ours) = (store(tree, "theirs"), store(tree, "ours"))
    let path = try made(runs: 0..<1, in: theirs)[0]
    let text = try Data(contentsOf: URL(filePath: path))
    var record = try ResultsStore.load(path)
    switch fault {
    case "cut": try text.prefix(text.count / 2).write(to: URL(filePath: path))
    case "interrupted":
      record.validity = Validity(.interrupted, reasons: ["killed"])
      try OpenRun(path: path).save(record)
    case "empty":
      record.cases = []
      try OpenRun(path: path).save(record)
    case "link":
      try FileManager.default.moveItem(atPath: path, toPath: "\(tree.folder)/elsewhere.json")
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: "\(tree.folder)/elsewhere.json")
    case "none": try FileManager.default.removeItem(atPath: path)
    default:
      let newer = String(decoding: text, as: UTF8.self)
        .replacingOccurrences(of: "\"schema_version\": 1", with: "\"schema_version\": 99")
      try Data(newer.utf8).write(to: URL(filePath: path))
    }
    #expect(throws: FleetError.self) { try Gathering.admit(theirs, into: ResultsStore(folder: ours)) }
    #expect(try ResultsStore(folder: ours).list() == [])
  }

  @Test func nodesKeepTheirStates() throws {
    let tree = try FileTree()
    let store = try FleetStore.free("day", in: tree.folder)
    let plan = FleetPlan(
      name: "day", started: "2026-01-01T00:00:00Z", target: .hosts(["a", "b"]), suite: "kernels",
      arguments: ["--quick"])
    try store.begin(plan)
    var nodes = store.nodes(of: plan)
    #expect(nodes.map(\.status) == [.pending, .pending])
    nodes[1].begin(.check)
    nodes[1].fail("no route to host")
    try store.save(nodes[1])
    let again = try #require(FleetStore.newest(in: tree.folder))
    #expect(try again.plan() == plan)
    #expect(again.nodes(of: plan).compactMap(\.failure) == ["b: check: no route to host"])
    #expect(try FleetStore.free("day", in: tree.folder).name == "day-2")
    // A fleet's files are no runs.
    #expect(try ResultsStore(folder: tree.folder).list() == [])
    #expect(throws: FleetError.self) { try FleetStore(results: tree.folder, name: "../x") }
  }

  @Test func aFleetRunsOnlyWhatLeavesRecords() {
    for (suite, arguments) in [("track", []), ("run", ["--json"]), ("run", ["--results=x"]), ("", [])] {
      #expect(throws: FleetError.self) { try FleetPlan.validate(suite: suite, arguments: arguments) }
    }
    #expect(throws: Never.self) { try FleetPlan.validate(suite: "kernels", arguments: ["--quick"]) }
  }
}

@Suite struct SimulationTests {
  private func records() throws -> [RunRecord] {
    let tree = try FileTree()
    let paths = try SyntheticStore.kernels(cases: 3, alternatives: 2, runs: 1)
      .write(to: tree.folder + "/r", runs: 0..<1)
    return try paths.map { try ResultsStore.load($0) }
  }

  @Test func failuresCostNobodyElsesData() throws {
    var simulation = FleetSimulation(nodes: 600)
    (simulation.failureRate, simulation.sickRate) = (0.3, 0.01)
    let (summary, outcome) = try simulation.run(records(), FleetAssumptions())
    #expect(outcome.lost == 0)
    #expect((130...230).contains(outcome.failed), "\(outcome.failed)")
    #expect(summary.failures.count == outcome.failed)
    #expect(
      summary.failures.contains { $0.contains("gather") } && summary.failures.contains { $0.contains("run") })
    #expect(outcome.sick > 0 && outcome.found == outcome.sick && outcome.accused == 0)
    #expect(summary.done == 600 - outcome.failed && summary.cases.allSatisfy { $0.nodes == summary.done })
  }

  @Test func theSameSeedGivesTheSameFleet() throws {
    let simulation = FleetSimulation(nodes: 50)
    let (first, second) = (try simulation.run(records(), .init()), try simulation.run(records(), .init()))
    #expect(first.summary == second.summary && first.outcome == second.outcome)
    var other = simulation
    other.seed = 2
    #expect(try other.run(records(), .init()).summary != first.summary)
  }

  @Test func aReplayHasTheRecordsMedians() throws {
    let record = try records()[0]
    var generator = SeededGenerator(seed: 1)
    var quiet = record
    for index in quiet.cases.indices {
      for place in quiet.cases[index].alternatives.indices {
        let median = quiet.cases[index].alternatives[place].time!.median
        (
          quiet.cases[index].alternatives[place].time!.low, quiet.cases[index].alternatives[place].time!.high
        ) = (
          median, median
        )
      }
    }
    let text = try Replay(quiet).text(factor: 2, &generator)
    let tree = try FileTree()
    try tree.write(text, to: "/a.json")
    let twice = try ResultsStore.load(tree.folder + "/a.json")
    for (a, b) in zip(record.cases.flatMap(\.alternatives), twice.cases.flatMap(\.alternatives)) {
      #expect(abs(b.time!.median.value / a.time!.median.value - 2) < 1e-12)
    }
  }
}
