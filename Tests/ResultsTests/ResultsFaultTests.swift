import Foundation
import Testing

@testable import Results

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Tests may run as root, who may write anywhere; so a file, /proc and /dev/full stand in for permissions.
@Suite struct ResultsFaultTests {
  private let folder = TemporaryFolder()
  private var store: ResultsStore { ResultsStore(folder: folder.path) }

  @Test func aFileInPlaceOfTheFolder() throws {
    let file = folder.path + "/taken"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
    for path in [file, file + "/deeper"] {
      #expect(throws: ResultsError.fileInTheWay(path: file)) {
        try ResultsStore(folder: path).begin(emptyRecord())
      }
    }
    #expect(throws: ResultsError.fileInTheWay(path: file)) { try ResultsStore(folder: file).list() }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
  }
  @Test func aFolderThatCannotBeMade() {
    #expect(throws: ResultsError.notWritable(path: "/proc/results")) {
      try ResultsStore(folder: "/proc/results").begin(emptyRecord())
    }
  }
  @Test func theSystemsRefusalsAreTold() {
    for code in [EACCES, EPERM, EROFS] {
      #expect(ResultsError.from(code, path: "p") == .notWritable(path: "p"))
    }
    #expect(ResultsError.from(ENOSPC, path: "p") == .diskFull(path: "p"))
    #expect(ResultsError.from(EIO, path: "p").description.hasPrefix("p: "))
  }
  @Test func aRecordThatCannotBeWrittenLeavesNoFile() throws {
    var record = try fullRecord()
    record.cases[0].alternatives[0].samples[0] = .nan
    #expect(throws: ResultsError.self) { try store.begin(record) }
    #expect(try store.list() == [])
  }
  @Test func aFolderThatIsGoneIsNamed() throws {
    let run = try store.begin(emptyRecord())
    try FileManager.default.removeItem(atPath: folder.path)
    #expect(throws: ResultsError.notWritable(path: run.path)) { try run.save(emptyRecord()) }
    #expect(throws: ResultsError.notFound(path: run.path)) { try ResultsStore.load(run.path) }
  }
  @Test func everyTruncationIsNoticed() throws {
    let path = folder.path + "/cut.json"
    let text = try RecordJSON.encode(fullRecord())
    // The last byte is the line break, which may be missing.
    for length in stride(from: 0, to: text.count - 1, by: 97) {
      try text.prefix(length).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: ResultsError.self) { try ResultsStore.load(path) }
      #expect(error == .damaged(path: path, reason: "damaged or cut short JSON"))
    }
  }
  @Test(arguments: [
    "[]", "null", "7", "\u{0}", "{}", "{\"schema_version\": \"1\"}", "{\"schema_version\": 1e99}",
  ])
  func damagedFilesGiveOneLineWithTheirName(text: String) throws {
    let path = folder.path + "/bad.json"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: ResultsError.self) { try ResultsStore.load(path) }
    let line = try #require(error?.description)
    #expect(line.hasPrefix(path) && !line.contains("\n") && line.hasSuffix("delete it"))
  }
  @Test func aFolderIsNotARun() {
    #expect(throws: ResultsError.damaged(path: folder.path, reason: "it is a folder")) {
      try ResultsStore.load(folder.path)
    }
  }
}
