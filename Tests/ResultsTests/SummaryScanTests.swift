import Foundation
import Statistics
import SyntheticStore
import Testing

@testable import Results

/// The short way to a summary says what the decoder says, or nothing.
@Suite struct SummaryScanTests {
  private func decoded(_ text: Data) throws -> SummaryRecord {
    try JSONDecoder().decode(SummaryRecord.self, from: text)
  }

  private static let stored: [String] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? ResultsStore(folder: root.appending(path: "results").path).list()) ?? []
  }()

  @Test func storedRunsTakeTheShortWay() throws {
    let folder = TemporaryFolder()
    let made = try SyntheticStore.kernels(cases: 3, alternatives: 2, runs: 2).write(
      to: folder.path, runs: 0..<2)
    #expect(Self.stored.count >= 5)
    for path in Self.stored + made {
      let text = try ResultsStore.contents(path)
      #expect(SummaryRecord(scanning: text) == (try decoded(text)), "\(path)")
    }
  }

  @Test func everyFieldIsTaken() throws {
    var record = try fullRecord()
    record.benches = nil
    let text = try record.json()
    let scanned = try #require(SummaryRecord(scanning: text))
    #expect(scanned == (try decoded(text)) && scanned.cases.map(\.id) == record.cases.map(\.id))
    let times = record.cases.flatMap(\.alternatives).map(\.time)
    #expect(scanned.cases.flatMap(\.alternatives).map(\.time) == times && times.contains { $0 != nil })
  }

  /// Whatever one byte becomes, or wherever the text ends.
  @Test func aDamagedTextIsNeverReadOtherwise() throws {
    var record = try fullRecord()
    record.claims = []
    record.energy = []
    let text = try record.json()
    var generator = SeededGenerator(seed: 5)
    var (taken, left) = (0, 0)
    for round in 0..<2000 {
      var damaged = text
      let place = Int.random(in: 0..<text.count, using: &generator)
      switch round % 4 {
      case 0: damaged = damaged.prefix(place)
      case 1: damaged[place] = UInt8.random(in: 0...255, using: &generator)
      case 2: damaged[place] = try #require("{}[]\",:\\0-.e1 n".utf8.randomElement(using: &generator))
      default: damaged.remove(at: place)
      }
      guard let scanned = SummaryRecord(scanning: damaged) else {
        left += 1
        continue
      }
      taken += 1
      #expect(scanned == (try? decoded(damaged)), "\(round): byte \(place)")
    }
    #expect(taken > 300 && left > 300, "\(taken), \(left)")
  }

  @Test(arguments: [
    (#""low_s":1"#, #""low_s":01"#), (#""low_s":1"#, #""low_s":+1"#), (#""low_s":1"#, #""low_s":1."#),
    (#""low_s":1"#, #""low_s":1e"#), (#""low_s":1"#, #""low_s":1e999"#), (#""low_s":1"#, #""low_s":1e-999"#),
    (#""low_s":1"#, #""low_s":null"#), (#""low_s":1"#, #""low_s":1,"low_s":2"#), (#""low_s":1"#, #""x":1"#),
    (#""title":"t""#, #""title":"\u0074""#), (#""title":"t""#, #""title":7"#), (#""x":0"#, #""x":nul"#),
    (#""x":0"#, #""x":"\q""#), (#""x":0"#, #""x":"a\#nb""#), (#""x":0"#, #""x":[1,]"#),
    (#""x":0"#, #""x":{}}"#),
    (#""x":0"#, #""cases":[]"#), (#""status":"timed""#, #""status":"odd""#),
  ])
  func theUnusualIsLeftToTheDecoder(usual: String, unusual: String) throws {
    let head = String(decoding: try RecordJSON.encode(emptyRecord()), as: UTF8.self)
    let text = head.replacing(
      #""cases" : [\#n\#n  ]"#,
      with: #"""
        "x":0,"cases":[{"id":"a","title":"t","group":"g","work":{"flops":2},"alternatives":[
        {"label":"l","status":"timed","time":{"median_s":2,"low_s":1,"high_s":3,"confidence":0.9}}]}]
        """#)
    let scanned = try #require(SummaryRecord(scanning: Data(text.utf8)))
    #expect(scanned == (try decoded(Data(text.utf8))) && scanned.cases.count == 1)
    #expect(text.contains(usual))
    #expect(SummaryRecord(scanning: Data(text.replacing(usual, with: unusual).utf8)) == nil)
  }

  @Test func nothingMayFollowOrComeBefore() throws {
    let text = try emptyRecord().json()
    #expect(SummaryRecord(scanning: text) != nil)
    for odd in [text + Data("x".utf8), Data("\u{feff}".utf8) + text, text + Data([0]), Data(), text + text] {
      #expect(SummaryRecord(scanning: odd) == nil)
    }
    let deep = String(repeating: "[", count: 500_000)
    #expect(SummaryRecord(scanning: Data(#"{"x":\#(deep)"#.utf8)) == nil)
  }
}
