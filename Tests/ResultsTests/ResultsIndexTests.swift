import Foundation
import Machine
import Measurement
import Statistics
import SyntheticStore
import Testing

@testable import Results

@Suite struct ResultsIndexTests {
  private let folder = TemporaryFolder()
  private var store: ResultsStore { ResultsStore(folder: folder.path) }
  private var machine: String { SyntheticStore.machine.key }
  private var cache: String { "\(folder.path)/.index/\(machine).index" }

  /// Files whose last change is long ago, as the cache trusts them.
  @discardableResult
  private func write(
    _ made: SyntheticStore = .kernels(cases: 2, alternatives: 2, runs: 5), _ runs: Range<Int> = 0..<5
  )
    throws -> [String]
  { try made.write(to: folder.path, runs: runs) }

  /// Waits until the cache trusts the files: their entry's time cannot be set back.
  private func settle() async throws { try await Task.sleep(for: .seconds(FileStamp.settled + 1)) }

  /// How many files had to be read.
  private func load() throws -> (index: ResultsIndex, read: Int) {
    var read = 0
    let index = try ResultsIndex.load(store, progress: { done, _ in read = done })
    return (index, read)
  }

  @Test func summariesAreWhatTheRecordsSay() throws {
    var record = try fullRecord()
    record.origin.commit = .missing(reason: "none")
    let path = try store.begin(record).path
    let summary = try #require(try load().index.runs.first)
    #expect(summary.path == path && summary.origin == record.origin && summary.validity == record.validity)
    #expect(summary.hardware == record.machine.hardwareKey && summary.hardware.count == 16)
    // Only what was timed has a figure.
    #expect(summary.figures.map(\.key.alternative) == ["good"])
    #expect(summary.figures[0].time == record.cases[0].alternatives[0].time)
    #expect(summary.figures[0].key.caseID == "kernel.test" && summary.figures[0].key.threads == 4)
    #expect(summary.figures[0].title == record.cases[0].title && summary.threads == 4)
    #expect(summary.figures[0].caseProtocol == record.caseProtocol(record.cases[0]))
    #expect(summary.facts == record.facts && summary.facts.contains(RunFact("Threads", "4")))
  }

  @Test func theCacheSparesReadingAndFollowsEveryChange() async throws {
    let paths = try write()
    try await settle()
    let (first, all) = try load()
    #expect(all == 5)
    #expect(try String(contentsOfFile: folder.path + "/.index/.gitignore", encoding: .utf8) == "*\n")
    let (second, read) = try load()
    #expect(read == 0 && second.runs == first.runs && second.runs.map(\.path) == paths)
    try FileManager.default.removeItem(atPath: paths[1])
    var changed = SyntheticStore.kernels(cases: 1, alternatives: 1, runs: 5)
    changed.seed = 9
    try changed.write(to: folder.path, runs: 3..<4)
    try write(.kernels(cases: 2, alternatives: 2, runs: 5), 5..<6)
    let (third, again) = try load()
    #expect(again == 2 && third.runs.count == 5 && third.runs[2].figures.count == 1)
    #expect(third.runs[0] == first.runs[0])
  }

  @Test func aFileThatMayChangeUnseenIsNotTrusted() async throws {
    let paths = try write()
    try await settle()
    let soon = Date(timeIntervalSinceNow: 3600)
    try FileManager.default.setAttributes([.modificationDate: soon], ofItemAtPath: paths[2])
    for _ in 0..<2 { _ = try load() }
    try await settle()
    #expect(try load().read == 1)
  }

  @Test func aDamagedCacheIsMadeAgain() async throws {
    try write()
    try await settle()
    let whole = try load().index.runs
    let bytes = try Data(contentsOf: URL(fileURLWithPath: cache))
    var generator = SeededGenerator(seed: 3)
    for round in 0..<60 {
      var damaged = bytes
      if round % 3 == 0 {
        damaged = damaged.prefix(Int.random(in: 0..<bytes.count, using: &generator))
      } else {
        damaged[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(
          in: 1...255, using: &generator)
      }
      try damaged.write(to: URL(fileURLWithPath: cache))
      let (index, read) = try load()
      #expect(index.runs == whole && read == 5)
      #expect(try Data(contentsOf: URL(fileURLWithPath: cache)) == bytes)
    }
  }

  @Test func badFilesAreNamedAndTheRestIsThere() throws {
    let paths = try write()
    try Data("{\"schema_version\": 99, \"x\": []}".utf8).write(to: URL(fileURLWithPath: paths[1]))
    try Data("{\"schema".utf8).write(to: URL(fileURLWithPath: paths[2]))
    try Data().write(to: URL(fileURLWithPath: paths[3]))
    let index = try load().index
    #expect(index.runs.map(\.path) == [paths[0], paths[4]])
    #expect(
      index.problems == [
        .newerSchema(path: paths[1], version: 99),
        .damaged(path: paths[2], reason: "damaged or cut short JSON"),
        .damaged(path: paths[3], reason: "damaged or cut short JSON"),
      ])
    #expect(try store.list() == paths)
  }

  /// Each of many files that several threads read is what it is alone, or is named as it is alone.
  @Test func filesReadTogetherAreWhatEachIsAlone() throws {
    let paths = try write(.kernels(cases: 3, alternatives: 2, runs: 60), 0..<60)
    var generator = SeededGenerator(seed: 11)
    for path in paths where Bool.random(using: &generator) {
      var text = try Data(contentsOf: URL(fileURLWithPath: path))
      let place = Int.random(in: 0..<text.count, using: &generator)
      if Bool.random(using: &generator) { text = text.prefix(place) } else { text[place] ^= 0x15 }
      try text.write(to: URL(fileURLWithPath: path))
    }
    try FileManager.default.removeItem(atPath: paths[7])
    try FileManager.default.createDirectory(atPath: paths[7], withIntermediateDirectories: true)
    var (runs, problems): ([RunSummary], [ResultsError]) = ([], [])
    for path in paths {
      do { runs.append(try RunSummary(reading: path)) } catch {
        problems.append(error)
      }
    }
    let index = try load().index
    #expect(index.runs == runs && index.problems == problems)
    #expect(runs.count > 20 && problems.count > 10, "\(runs.count), \(problems.count)")
  }

  @Test func aFolderThatCannotHoldTheCacheIsFine() throws {
    try write()
    try Data().write(to: URL(fileURLWithPath: folder.path + "/.index"))
    #expect(try load().index.runs.count == 5)
    #expect(try ResultsIndex.load(ResultsStore(folder: folder.path + "/none")).runs.isEmpty)
  }

  @Test func usersNameTheStoreOrAMachine() throws {
    let paths = try write()
    for name in ["", "/", "/\(machine)", "/\(machine)/"] {
      let index = try ResultsIndex.load(folder: folder.path + name)
      #expect(index.runs.map(\.path) == paths, "\(name)")
    }
    #expect(throws: ResultsError.notFound(path: paths[0])) { try ResultsIndex.load(folder: paths[0]) }
    #expect(try ResultsIndex.load(folder: "/proc/self/fd").runs.isEmpty)
  }

  @Test func readersAtOnceSeeTheSame() async throws {
    try write()
    try await settle()
    let whole = try load().index.runs
    try FileManager.default.removeItem(atPath: cache)
    let store = store
    try await withThrowingTaskGroup(of: [RunSummary].self) { group in
      for _ in 0..<8 { group.addTask { try ResultsIndex.load(store).runs } }
      for try await runs in group { #expect(runs == whole) }
    }
    #expect(try load().read == 0)
  }

  @Test func theHardwareKeySeesTheCPUAndNotItsState() throws {
    let facts = SyntheticStore.machine
    var same = facts
    same.governor = .measured("powersave")
    same.loadAverage = .measured(3)
    same.kernel = .measured("7.0")
    #expect(same.hardwareKey == facts.hardwareKey)
    var (model, cores, cache) = (facts, facts, facts)
    model.cpuModel = .measured("Another CPU")
    cores.physicalCores = .measured(4)
    let level3 = #"[{"level": 3, "kind": "unified", "size_bytes": 3e7, "shared_by_cores": 2}]"#
    cache.caches = try JSONDecoder().decode([CacheFact].self, from: Data(level3.utf8))
    #expect(Set([facts, model, cores, cache].map(\.hardwareKey)).count == 4)
  }

  @Test func theProtocolHashSeesThePlanAndNotTheFilter() throws {
    var made = SyntheticStore.kernels(cases: 2, alternatives: 1, runs: 1)
    func hashes() throws -> [String] {
      try write(made, 0..<1)
      return try #require(try load().index.runs.first).figures.map(\.key.protocolHash)
    }
    let both = try hashes()
    made.series.removeLast()
    #expect(try hashes() == [both[0]])
    made.samples = 12
    #expect(try hashes() == [both[0]])
    made.adapt = { _, record in
      record.protocolUsed = RunProtocol(
        plan: .long, caseIDs: ["kernel.made.f32.0"], threads: 2, seed: 1)
    }
    #expect(try hashes() != [both[0]])
    made.adapt = { _, record in record.protocolUsed.cpus = [0, 1] }
    #expect(try hashes() != [both[0]])
  }
}
