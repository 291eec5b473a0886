import Foundation
import Testing

@testable import Results

@Suite struct ResultsStoreTests {
  private let folder = TemporaryFolder()
  private var store: ResultsStore { ResultsStore(folder: folder.path + "/results") }

  @Test func writesUnderMachineDateCommitAndSuite() throws {
    let run = try store.begin(fullRecord())
    #expect(run.path == store.folder + "/test-box-4c/2026-11-21-3aa7dc8-kernels.json")
    #expect(try ResultsStore.load(run.path) == fullRecord())
    let files = folder.names.filter { $0.contains(".") }
    #expect(
      files == ["results/test-box-4c/2026-11-21-3aa7dc8-kernels.json", "results/test-box-4c/machine.json"])
    let text = try String(contentsOfFile: run.path, encoding: .utf8)
    #expect(text.hasPrefix("{\n  \"cases\"") && text.hasSuffix("}\n") && text.contains("\"a/b\""))
  }
  @Test func savesAfterEveryCase() throws {
    var record = emptyRecord()
    let run = try store.begin(record)
    for count in 1...3 {
      record.cases.append(try caseRecord())
      try run.save(record)
      #expect(try ResultsStore.load(run.path).cases.count == count)
    }
    #expect(try store.list() == [run.path])
    #expect(!folder.names.contains { $0.hasSuffix(".tmp") })
  }
  @Test func neverOverwritesAndListsInOrder() throws {
    let paths = try (1...11).map { _ in try store.begin(emptyRecord()).path }
    #expect(Set(paths).count == 11)
    #expect(paths[1].hasSuffix("-kernels-2.json") && paths[10].hasSuffix("-kernels-11.json"))
    #expect(try store.list() == paths)
  }
  @Test func namesWithoutACommit() throws {
    var record = emptyRecord()
    record.origin.commit = .missing(reason: "not a git checkout")
    #expect(try store.begin(record).path.hasSuffix("/2026-11-21-nocommit-kernels.json"))
  }
  @Test func noNameLeavesTheFolder() throws {
    var record = emptyRecord(machine: "../../x", suite: "../../../y/z")
    record.origin.commit = .measured(Commit(hash: "../..", dirty: false))
    record.origin.started = "../../../etc"
    let run = try store.begin(record)
    #expect(run.path.hasPrefix(store.folder + "/x-4c/"))
    #expect(!run.path.dropFirst(store.folder.count).contains("/.."))
    #expect(folder.names.allSatisfy { $0 == "results" || $0.hasPrefix("results/x") })
  }
  @Test func listsOnlyRuns() throws {
    #expect(try store.list() == [])
    let path = try store.begin(emptyRecord()).path
    let machine = store.folder + "/test-box-4c"
    for name in ["baselines.json", ".2026-11-21-x.json.1.tmp", "2026-11-21-x.txt"] {
      try Data().write(to: URL(fileURLWithPath: "\(machine)/\(name)"))
    }
    try Data().write(to: URL(fileURLWithPath: store.folder + "/README.md"))
    #expect(try store.list() == [path])
  }
  @Test func anInterruptedRunGoesOn() throws {
    let path = try store.begin(emptyRecord()).path
    var record = try ResultsStore.load(path)
    record.validity = Validity(.valid)
    try OpenRun(path: path).save(record)
    #expect(try ResultsStore.load(path).validity.status == .valid)
  }
}
