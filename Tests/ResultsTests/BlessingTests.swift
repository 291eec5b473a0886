import Foundation
import Testing

@testable import Results

@Suite struct BlessingTests {
  private let folder = TemporaryFolder()
  private var store: ResultsStore { ResultsStore(folder: folder.path) }
  private let blessing = Blessing(
    caseID: "kernel.gemv.f32.8192x4096", alternative: "simd:avx2", commit: "3aa7dc81f0123",
    since: "2026-11-21T18:30:00Z",
    note: "bounds are checked\nfrom now on")

  @Test func eachIsAFileOfItsOwn() throws {
    let path = try store.bless(blessing, machine: "box-2c")
    #expect(path == "\(folder.path)/box-2c/blessed/kernel.gemv.f32.8192x4096-simd-avx2-3aa7dc81f012.json")
    var other = blessing
    other.alternative = nil
    _ = try store.bless(other, machine: "box-2c")
    #expect(Set(try store.blessings(machine: "box-2c").list) == [blessing, other])
    #expect(throws: ResultsError.blessed(path: path)) { try store.bless(blessing, machine: "box-2c") }
    try FileManager.default.removeItem(atPath: path)
    #expect(try store.blessings(machine: "box-2c").list == [other])
    #expect(try store.blessings(machine: "none").list == [] && store.list() == [])
  }

  @Test func longNamesKeepTheirCommits() throws {
    var long = blessing
    long.caseID = String(repeating: "x", count: 200)
    long.alternative = String(repeating: "y", count: 200)
    let paths = try ["1111111111", "2222222222"].map {
      long.commit = $0
      return try store.bless(long, machine: "box-2c")
    }
    #expect(Set(paths).count == 2)
  }

  @Test func badFilesAreNamedAndTheRestHolds() throws {
    let path = try store.bless(blessing, machine: "box-2c")
    let place = (path as NSString).deletingLastPathComponent
    for (name, text) in [("a", "{\"schema_version\": 2}"), ("b", ""), ("c", "{\"schema_version\": 1}")] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(place)/\(name).json"))
    }
    let newer = try String(contentsOfFile: path, encoding: .utf8).replacing(
      "\"schema_version\" : 1", with: "\"schema_version\" : 9")
    try Data(newer.utf8).write(to: URL(fileURLWithPath: "\(place)/d.json"))
    let found = try store.blessings(machine: "box-2c")
    #expect(found.list == [blessing])
    #expect(
      found.problems == [
        .notABlessing(path: "\(place)/a.json", reason: "'case_id' is missing"),
        .notABlessing(path: "\(place)/b.json", reason: "damaged or cut short JSON"),
        .notABlessing(path: "\(place)/c.json", reason: "'case_id' is missing"),
        .newerSchema(path: "\(place)/d.json", version: 9),
      ])
  }
}
