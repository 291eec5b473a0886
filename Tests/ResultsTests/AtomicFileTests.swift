import Foundation
import Testing

@testable import Results

@Suite struct AtomicFileTests {
  private let folder = TemporaryFolder()

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
  }

  @Test func aFullDiskLeavesTheOldFileWhole() throws {
    let path = folder.path + "/a.json"
    try AtomicFile.replace(path, with: Data("old".utf8))
    // The file beside it is a link to a device that is always full.
    let temporary = folder.path + "/.a.json.x.tmp"
    try #require(symlink("/dev/full", temporary) == 0)
    #expect(throws: ResultsError.diskFull(path: path)) {
      try AtomicFile.replace(path, with: Data("new".utf8), by: temporary)
    }
    #expect(try text("a.json") == "old" && folder.names == ["a.json"])
  }

  @Test func aNewFileIsNeverEmptyAndNeverReplacesOne() throws {
    let paths = ["a", "b", "c"].map { "\(folder.path)/\($0)" }
    for (number, path) in paths.enumerated() {
      #expect(try AtomicFile.create(Data("\(number)".utf8), at: paths) == path)
    }
    #expect(try AtomicFile.create(Data("x".utf8), at: paths) == nil)
    #expect(try ["a", "b", "c"].map(text) == ["0", "1", "2"] && folder.names == ["a", "b", "c"])
  }

  @Test func writersAtOnceGetNamesOfTheirOwn() async throws {
    let store = ResultsStore(folder: folder.path)
    let paths = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<24 { group.addTask { try store.begin(emptyRecord()).path } }
      return try await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(Set(paths).count == 24)
    #expect(try Set(store.list()) == Set(paths))
    for path in paths { #expect(try ResultsStore.load(path) == emptyRecord()) }
  }

  @Test func writersOfOneFileLeaveOneOfTheirTexts() async throws {
    let path = folder.path + "/one"
    let texts = (0..<8).map { String(repeating: "\($0)", count: 100_000) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for text in texts { group.addTask { try AtomicFile.replace(path, with: Data(text.utf8)) } }
      try await group.waitForAll()
    }
    #expect(texts.contains(try text("one")) && folder.names == ["one"])
  }

  @Test func leftoversOfKilledWritersAreRemovedOnceTheyAreOld() throws {
    let path = try ResultsStore(folder: folder.path).begin(emptyRecord()).path
    let machine = (path as NSString).deletingLastPathComponent
    let (old, young) = ("\(machine)/.x.json.abc.tmp", "\(machine)/.y.json.abc.tmp")
    for leftover in [old, young] { try Data("cut".utf8).write(to: URL(fileURLWithPath: leftover)) }
    let long = Date(timeIntervalSinceNow: -7200)
    try FileManager.default.setAttributes([.modificationDate: long], ofItemAtPath: old)
    _ = try ResultsStore(folder: folder.path).begin(emptyRecord())
    #expect(access(old, F_OK) != 0 && access(young, F_OK) == 0)
    #expect(try ResultsStore(folder: folder.path).list().count == 2)
  }

  @Test func namesAreOrderedAsReadersCount() {
    let names = ["b-10", "b-2", "b", "a-k-3", "a-k", "a-k-03", "b-1x"].map { "2026-11-21-\($0).json" }
    #expect(
      RunName.sorted(names.shuffled()).map { $0.dropFirst(11).dropLast(5) }
        == ["a-k", "a-k-03", "a-k-3", "b", "b-1x", "b-2", "b-10"])
    #expect(names.allSatisfy(RunName.isRun))
    for other in ["machine.json", "2026-11-21-x.txt", "2026-11-21-.jso", "x026-11-21-a.json", "2026-11-21"] {
      #expect(!RunName.isRun(other), "\(other)")
    }
  }
}
