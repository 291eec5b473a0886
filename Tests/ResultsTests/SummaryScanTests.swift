import Foundation
import Machine
import Quantities
import Statistics
import SyntheticStore
import Testing

@testable import Results

/// The short way to a summary says what the decoder says, or nothing.
@Suite struct SummaryScanTests {
  /// As a file is read that the short way leaves.
  private func decoded(_ text: Data) throws -> SummaryRecord {
    try JSONDecoder().decode(SummaryRecord.self, from: SampleLists.emptied(in: text))
  }

  private func scanned(_ text: Data) -> SummaryRecord? {
    var known = KnownParts()
    return scanned(text, &known)
  }

  private func scanned(_ text: Data, _ known: inout KnownParts) -> SummaryRecord? {
    text.withUnsafeBytes { SummaryRecord(scanning: $0, &known) }
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
    var known = KnownParts()
    for path in Self.stored + made {
      let text = try ResultsStore.contents(path)
      #expect(scanned(text, &known) == (try decoded(text)), "\(path)")
    }
  }

  @Test func everyFieldIsTaken() throws {
    var record = try fullRecord()
    record.benches = nil
    let text = try record.json()
    let scanned = try #require(self.scanned(text))
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
    var (generator, known) = (SeededGenerator(seed: 5), KnownParts())
    var (taken, left) = (scanned(text, &known) == nil ? 0 : 1, 0)
    for round in 0..<3000 {
      var damaged = text
      let place = Int.random(in: 0..<text.count, using: &generator)
      switch round % 4 {
      case 0: damaged = damaged.prefix(place)
      case 1: damaged[place] = UInt8.random(in: 0...255, using: &generator)
      case 2: damaged[place] = try #require("{}[]\",:\\0-.e1 n".utf8.randomElement(using: &generator))
      default: damaged.remove(at: place)
      }
      // Every second one as if it were the first text of all.
      var ownKnown = round % 8 < 4 ? known : KnownParts()
      guard let scanned = scanned(damaged, &ownKnown) else {
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
    let scanned = try #require(self.scanned(Data(text.utf8)))
    #expect(scanned == (try decoded(Data(text.utf8))) && scanned.cases.count == 1)
    #expect(text.contains(usual))
    #expect(self.scanned(Data(text.replacing(usual, with: unusual).utf8)) == nil)
  }

  /// Every byte at every place of a text that is read eight at once.
  @Test func aTextEndsAtItsQuotationMark() {
    for place in 0..<18 {
      for byte in UInt8.min...UInt8.max {
        var text = [UInt8](repeating: UInt8(ascii: "a"), count: 18)
        text[place] = byte
        let read = (Array("\"".utf8) + text + Array("\",".utf8)).withUnsafeBytes { bytes in
          var scanner = JSONScanner(bytes)
          return try? scanner.string()
        }
        let whole = (0x20..<0x80).contains(byte) && byte != UInt8(ascii: "\\")
        let end = byte == UInt8(ascii: "\"") ? place : text.count
        #expect(
          read == (whole ? String(decoding: text.prefix(end), as: UTF8.self) : nil), "\(byte) at \(place)")
      }
    }
  }

  @Test func nothingMayFollowOrComeBefore() throws {
    let text = try emptyRecord().json()
    #expect(scanned(text) != nil)
    for odd in [text + Data("x".utf8), Data("\u{feff}".utf8) + text, text + Data([0]), Data(), text + text] {
      #expect(scanned(odd) == nil)
    }
    let deep = String(repeating: "[", count: 500_000)
    #expect(scanned(Data(#"{"x":\#(deep)"#.utf8)) == nil)
  }

  /// Texts that differ in what is remembered of others, in any order and more than are remembered.
  @Test func whatIsKnownOfOneRunIsNotTakenForAnother() throws {
    var known = KnownParts()
    for round in 0..<90 {
      var record = emptyRecord()
      record.machine = SyntheticStore.machine
      record.machine.kernel = .measured("6.\(round * 7 % 30)")
      if round % 3 > 0 { record.machine.loadAverage = .measured(Double(round) / 8) }
      if round % 4 > 0 { record.machine.swapUsed = .measured(Bytes(Double(round))) }
      if round % 5 == 0 { record.machine.temperature = .missing(reason: "\(round)") }
      record.origin.commit =
        round % 6 == 0
        ? .missing(reason: "none") : .measured(Commit(hash: "\(round)", dirty: round % 7 == 0))
      record.origin.program = round % 9 == 0 ? "program \(round)" : nil
      record.protocolUsed.seed = UInt64(round % 20)
      record.validity = Validity(round % 8 == 0 ? .invalid : .valid, reasons: round % 2 == 0 ? [] : ["why"])
      let text = try record.json()
      let found = try #require(scanned(text, &known))
      #expect(found == (try decoded(text)), "\(round)")
      #expect(found.machine == record.machine && found.origin.commit == record.origin.commit, "\(round)")
    }
  }

  /// The machine of one text is known; the other's is the same but for this, and for the decoder to judge.
  @Test(arguments: [
    (#""load_average""#, #""load_average_""#), (#""value" : 7.5"#, #""value" : "7.5""#),
    (#""value" : 7.5"#, #""value" : 7.5, "missing" : "x""#), (#""value" : 7.5"#, #""value" : null"#),
    (#""value" : 7.5"#, #""odd" : 7.5"#), (#""value" : 7.5"#, #""value" : 7.5, "value" : 8"#),
    (#""dirty" : false"#, #""dirty" : 0"#), (#""dirty" : false"#, #""dirty" : false, "dirty" : true"#),
    (#""started" : ""#, #""started" : "\u0041"#), (#""started" : ""#, #""began" : ""#),
    (#""kernel" : {"#, #""kernel" : [{"#), (#""valid""#, #""fine""#), (#""seed" : "#, #""seed" : -"#),
  ])
  func aKnownPartHidesNoDamage(usual: String, unusual: String) throws {
    var record = emptyRecord()
    record.machine = SyntheticStore.machine
    record.machine.loadAverage = .measured(7.5)
    record.origin.commit = .measured(Commit(hash: "abc", dirty: false))
    record.validity = Validity(.valid)
    let text = String(decoding: try record.json(), as: UTF8.self)
    var known = KnownParts()
    #expect(scanned(Data(text.utf8), &known) == (try decoded(Data(text.utf8))))
    let damaged = text.replacing(usual, with: unusual)
    #expect(damaged != text)
    let found = scanned(Data(damaged.utf8), &known)
    #expect(found == nil || found == (try? decoded(Data(damaged.utf8))))
  }
}
