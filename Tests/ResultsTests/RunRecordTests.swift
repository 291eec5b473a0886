import Foundation
import Measurement
import Testing

@testable import Results

@Suite struct RunRecordTests {
  private func json(_ record: RunRecord) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: RecordJSON.encode(record))
    return try #require(object as? [String: Any])
  }
  private func decode(_ object: [String: Any]) throws -> RunRecord {
    try RecordJSON.decodeRun(JSONSerialization.data(withJSONObject: object), path: "run.json")
  }

  @Test func survivesJSON() throws {
    let record = try fullRecord()
    #expect(try RecordJSON.decodeRun(RecordJSON.encode(record), path: "run.json") == record)
    #expect(try RecordJSON.decodeRun(RecordJSON.encode(emptyRecord()), path: "run.json") == emptyRecord())
  }
  @Test func keysAreSnakeCaseAndStable() throws {
    let record = try json(fullRecord())
    #expect(
      record.keys.sorted() == [
        "cases", "claims", "energy", "machine", "meters", "models", "notes", "origin", "peaks", "protocol",
        "schema_version", "validity", "wall_time_s",
      ])
    var keys: Set<String> = []
    func collect(_ value: Any) {
      (value as? [Any])?.forEach(collect)
      for (key, inner) in value as? [String: Any] ?? [:] where key != "flags" {
        keys.insert(key)
        collect(inner)
      }
    }
    collect(record)
    #expect(keys.allSatisfy { $0.wholeMatch(of: /[a-z_]+/) != nil })
    #expect(
      keys.isSuperset(of: [
        "samples_s", "median_s", "low_s", "high_s", "weight_bytes", "window_s", "budget_s",
        "central_j_per_token", "memory_j_per_token", "ceiling_tokens_per_s", "flops_per_token",
      ]))
  }
  @Test func alternativesKeepWhatHappened() throws {
    let found = try caseRecord().alternatives
    #expect(found.map(\.status) == [.timed, .failedCheck, .failedCheck, .failed])
    #expect(found[0].samples.count == 12 && found[0].reason == nil)
    #expect(abs(try #require(found[0].time).median.value - 0.001) < 1e-9)
    #expect(found[1].check.value?.error.reason == "not a finite number: nan")
    #expect(found[1].check.value?.passed == false && found[1].time == nil)
    #expect(found[2].check.reason?.hasPrefix("the check did not finish") == true)
    #expect(found[3].time == nil && found[3].reason != nil)
    #expect(found.ratioToBest(found[0])?.median == 1 && found.ratioToBest(found[3]) == nil)
  }
  @Test func unknownKeysAreIgnored() throws {
    var object = try json(fullRecord())
    object["new"] = ["x": 1]
    var origin = try #require(object["origin"] as? [String: Any])
    origin["colour"] = "blue"
    object["origin"] = origin
    #expect(try decode(object) == fullRecord())
  }
  @Test func findingsFromBeforeReferencesAreRead() throws {
    var object = try json(fullRecord())
    var claims = try #require(object["claims"] as? [[String: Any]])
    var finding = try #require(claims[0]["finding"] as? [String: Any])
    #expect(finding.removeValue(forKey: "references") != nil)
    claims[0]["finding"] = finding
    object["claims"] = claims
    var expected = try fullRecord()
    expected.claims[0].finding.references = []
    #expect(try decode(object) == expected)
  }
  @Test func aNewerSchemaIsRefusedEvenIfItLooksDifferent() throws {
    let error = #expect(throws: ResultsError.self) { try decode(["schema_version": 2, "cases": "none"]) }
    #expect(error?.description == "run.json: schema_version 2 is newer than 1; update perwatt to read it")
  }
  @Test func saysWhichFieldIsWrong() throws {
    var object = try json(fullRecord())
    object["cases"] = [["id": 7]]
    #expect(throws: ResultsError.damaged(path: "run.json", reason: "'cases.0.id' has the wrong type")) {
      try decode(object)
    }
    object["cases"] = nil
    #expect(throws: ResultsError.damaged(path: "run.json", reason: "'cases' is missing")) {
      try decode(object)
    }
    object = try json(fullRecord())
    object["validity"] = ["status": "great", "reasons": []]
    let reason = "'validity.status' has a value that is not known"
    #expect(throws: ResultsError.damaged(path: "run.json", reason: reason)) { try decode(object) }
    #expect(throws: ResultsError.damaged(path: "run.json", reason: "schema_version is 0")) {
      try decode(["schema_version": 0])
    }
  }
  @Test func numbersMustBeFinite() throws {
    var record = try fullRecord()
    record.cases[0].alternatives[0].samples[3] = .infinity
    #expect(throws: ResultsError.notFinite(field: "cases.0.alternatives.0.samples_s.3")) {
      try RecordJSON.encode(record)
    }
  }
  /// As version 1.0 wrote it: without a duration, without CPUs, without notes and memory in figures, with a constant flag.
  @Test func olderRecordsAreRead() throws {
    var object = try json(fullRecord())
    object["wall_time_s"] = nil
    var used = try #require(object["protocol"] as? [String: Any])
    used["cpus"] = nil
    object["protocol"] = used
    var rows = try #require(object["energy"] as? [[String: Any]])
    var reading = try #require(rows[0]["energy"] as? [String: Any])
    var figure = try #require(reading["value"] as? [String: Any])
    (figure["notes"], figure["memory_j_per_token"], figure["gross_only"]) = (nil, nil, true)
    reading["value"] = figure
    rows[0]["energy"] = reading
    object["energy"] = rows
    let record = try decode(object)
    let old = try #require(record.energy[0].energy.value)
    #expect(old.notes.isEmpty && old.memoryPerToken == .missing(reason: "not stored"))
    #expect(old.assumptions == ["TDP is 65 W"] && record.wallTime == nil)
    #expect(record.protocolUsed.cpus == nil)
    #expect(try json(record)["wall_time_s"] == nil)
  }
  @Test func aRunThatNeverFinishedSaysSo() { #expect(emptyRecord().validity.status == .interrupted) }

  @Test func hashesLikeThePublishedVectors() {
    // FNV-1a, 64 bits, of "", "a" and "foobar" (RFC 9923, appendix C).
    #expect(RunProtocol.fnv1a("".utf8) == 0xcbf2_9ce4_8422_2325)
    #expect(RunProtocol.fnv1a("a".utf8) == 0xaf63_dc4c_8601_ec8c)
    #expect(RunProtocol.fnv1a("foobar".utf8) == 0x8594_4171_f739_67e8)
  }
  @Test func theProtocolHashSeesEverythingThatMatters() {
    let base = RunProtocol.hash(version: 1, plan: .short, caseIDs: ["a", "b"])
    #expect(base == RunProtocol.hash(version: 1, plan: .short, caseIDs: ["a", "b"]) && base.count == 16)
    let others = [
      RunProtocol.hash(version: 2, plan: .short, caseIDs: ["a", "b"]),
      RunProtocol.hash(version: 1, plan: .long, caseIDs: ["a", "b"]),
      RunProtocol.hash(version: 1, plan: .short, caseIDs: ["ab"]),
      RunProtocol.hash(version: 1, plan: .short, caseIDs: ["b", "a"]),
    ]
    #expect(Set(others + [base]).count == 5)
  }
}
