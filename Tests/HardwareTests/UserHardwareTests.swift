import Foundation
import Quantities
import Testing

@testable import Hardware

@Suite struct UserHardwareTests {
  static let figure = #""tag": "P", "source": "my meter", "date": "2026-11""#
  static func file(_ machine: String) -> Data {
    Data(#"{"schema_version": 1, "machines": [\#(machine)]}"#.utf8)
  }
  static func board(_ fields: String) -> Data {
    file(#"{"id": "my-board", "name": "My board", "kind": "board", \#(fields)}"#)
  }

  @Test func aFileAddsMachines() throws {
    let data = Self.board(
      #""bandwidth_bytes_per_s": [{"what": "memcpy", "value": 5e9, \#(Self.figure)}], "#
        + #""power_w": [{"what": "idle", "low": 1, "high": 2, "boundary": "wall", \#(Self.figure)}]"#)
    let machines = try UserHardware.parse(data, path: "mine.json")
    #expect(machines[0].bandwidth(.copy)?.text == "5 GB/s [P]")
    #expect(machines[0].power(.idle)?.text == "1–2 W (wall) [P]")
    let all = try HardwareCatalogue.builtIn.adding(machines, from: "mine.json")
    #expect(all.entry("my-board")?.name == "My board")
    #expect(all.entries.count == HardwareCatalogue.builtIn.entries.count + 1)
    #expect(throws: HardwareError.duplicate(path: "mine.json", id: "my-board")) {
      try all.adding(machines, from: "mine.json")
    }
  }

  @Test func theCatalogueSurvivesItsOwnLayout() throws {
    let entries = HardwareCatalogue.builtIn.entries
    #expect(try UserHardware.parse(UserHardware(entries).json(), path: "all") == entries)
  }

  @Test(arguments: [
    (Data("{".utf8), "m.json: not whole JSON; write"), (Data("[]".utf8), "m.json: the file"),
    (Data(#"{"machines": []}"#.utf8), "m.json: the file: schema_version is missing: add it"),
    (Data(#"{"schema_version": 2, "machines": []}"#.utf8), "m.json: schema_version 2 is not 1"),
    (file("{}"), "m.json: machine 1: id is missing"),
    (file("3"), "m.json: machine 1: it has the wrong type"),
    (file(#"{"id": "A b"}"#), "m.json: A b: id is 'A b': use lower-case letters"),
    (file(#"{"id": "a", "name": "A", "kind": "pc"}"#), "m.json: a: kind is 'pc': use one of gpu, board"),
    (board(#""watts": 3"#), "m.json: my-board: watts is not a known field: use id"),
    (board(#""power_w": 3"#), "m.json: my-board: power_w has the wrong type"),
    (
      board(#""power_w": [{"what": "idle", "value": 1, \#(figure)}]"#),
      "m.json: my-board: power_w.1.boundary is missing: say what the watts cover"
    ),
    (
      board(#""price_usd": [{"what": "list", "value": 0, \#(figure)}]"#),
      "m.json: my-board: price_usd.1.value is 0.0: give a number above zero"
    ),
    (
      board(#""price_usd": [{"what": "list", "low": 2, "high": 1, \#(figure)}]"#),
      "m.json: my-board: price_usd.1.low is above high"
    ),
    (
      board(#""price_usd": [{"what": "list", \#(figure)}]"#),
      "m.json: my-board: price_usd.1.value is missing: give a number, or low and high"
    ),
    (
      board(#""price_usd": [{"what": "list", "value": 1, "tag": "U", "source": "x", "date": "2026-11"}]"#),
      "m.json: my-board: price_usd.1.tag is 'U': use one of P, S, D"
    ),
    (
      board(#""price_usd": [{"what": "list", "value": 1, "tag": "P", "source": " ", "date": "2026-11"}]"#),
      "m.json: my-board: price_usd.1.source is empty"
    ),
    (
      board(#""price_usd": [{"what": "list", "value": 1, "tag": "P", "source": "x", "date": "2026-13"}]"#),
      "m.json: my-board: price_usd.1.date is '2026-13': write yyyy-mm"
    ),
  ])
  func aFaultIsNamedInOneLine(data: Data, text: String) {
    do {
      _ = try UserHardware.parse(data, path: "m.json")
      Issue.record("accepted: \(text)")
    } catch {
      #expect(error.description.hasPrefix(text), "\(error)")
      #expect(!error.description.contains("\n"))
    }
  }

  /// The jsonschema package's verdict on each of these files (Tests/Fixtures/scripts/hardware-files.py).
  @Test func filesAreTakenAsTheSchemaTakesThem() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/hardware-files.json")
    let list = try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [[String: Any]]
    let rows = try #require(list)
    for row in rows {
      let data = try JSONSerialization.data(withJSONObject: try #require(row["file"]))
      let isTaken = (try? UserHardware.parse(data, path: "f.json")) != nil
      #expect(isTaken == row["valid"] as? Bool, "\(row["name"] ?? "")")
    }
    #expect(rows.count > 20)
  }

  /// The published schema names every choice that the program knows, and no other.
  @Test func theSchemaListsTheSameChoices() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Harness/Hardware/hardware.schema.json")
    let text = try String(contentsOf: path, encoding: .utf8)
    func list<Choice: CaseIterable & RawRepresentable>(_ type: Choice.Type) -> String
    where Choice.RawValue == String {
      "[" + type.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") + "]"
    }
    for choices in [
      list(PeakKind.self), list(BandwidthKind.self), list(MemoryKind.self), list(PowerState.self),
      list(PriceKind.self), list(PowerBoundary.self), list(SourceTag.self), list(HardwareEntry.Kind.self),
    ] {
      #expect(text.contains("\"enum\": \(choices)"), "\(choices)")
    }
  }
}
