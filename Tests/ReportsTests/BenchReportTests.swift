import Foundation
import Measurement
import Quantities
import Reports
import Results
import Testing

@Suite struct BenchReportTests {
  private func text(_ format: BenchReport.Format) throws -> String {
    BenchReport(try benchRecord()).text(format)
  }

  @Test(arguments: BenchReport.Format.allCases) func isAsRecorded(format: BenchReport.Format) throws {
    try expectGolden(try text(format), "bench-\(format.rawValue)")
  }

  // MARK: llama-bench's schema, from what llama.cpp itself printed

  /// Names in their order, and the first line with its values.
  private static func llamaBench() throws -> (names: [String], row: [String: Any]) {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../Fixtures/llama-bench.jsonl")
    let line = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")[0]
    let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    return (line.matches(of: #/"([a-z0-9_]+)": /#).map { String($0.1) }, row)
  }

  private func rows(_ format: BenchReport.Format) throws -> [[String: Any]] {
    let text = try text(format)
    let json = format == .json ? text : "[\(text.split(separator: "\n").joined(separator: ","))]"
    return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
  }

  private static func kind(_ value: Any?) -> String {
    switch value {
    case let number as NSNumber where CFGetTypeName(number) == "bool": "flag"
    case let number as NSNumber: "\(number)".contains(".") ? "real" : "integer"
    case is String: "text"
    case let list as [Any]: "list of \(kind(list.first))"
    default: "nothing"
    }
  }

  @Test(arguments: [BenchReport.Format.json, .jsonl]) func fieldsAreLlamaBenchsInNameOrderAndType(
    format: BenchReport.Format
  ) throws {
    let (names, expected) = try Self.llamaBench()
    #expect(names.count == 44)
    let rows = try rows(format)
    #expect(rows.count == 4)
    for row in rows {
      for name in names {
        #expect(Self.kind(row[name]) == Self.kind(expected[name]), "\(name): \(row[name] ?? "nothing")")
      }
    }
    for line in try text(.jsonl).split(separator: "\n") {
      #expect(line.matches(of: #/"([a-z0-9_]+)": /#).map { String($0.1) }.starts(with: names))
    }
  }

  @Test func listsOfNamesAreTheSameEverywhere() throws {
    let names = try Self.llamaBench().names.filter { !$0.hasPrefix("samples_") }
    let csv = try text(.csv).split(separator: "\n")
    #expect(csv[0] == names.joined(separator: ","))
    #expect(csv.dropFirst().allSatisfy { $0.hasPrefix("\"") && $0.hasSuffix("\"") })
    let sql = try text(.sql)
    #expect(sql.matches(of: /\n  ([a-z0-9_]+) (?:TEXT|INTEGER|REAL)/).map { String($0.1) } == names)
    #expect(sql.contains("apostrophe''"))
  }

  /// Join keys of `compare-llama-bench.py`: a null drops the row.
  @Test func nothingIsNull() throws {
    for format in [BenchReport.Format.json, .jsonl] {
      for row in try rows(format) { #expect(!row.values.contains { $0 is NSNull }) }
    }
  }

  @Test func meansAndDeviationsAreLlamaBenchs() throws {
    let row = try #require(try rows(.jsonl).first)
    let rates = try #require(row["samples_ts"] as? [Double])
    let times = try #require(row["samples_ns"] as? [Double])
    let mean = rates.reduce(0, +) / Double(rates.count)
    let deviation = (rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rates.count - 1))
      .squareRoot()
    #expect(rates.count == 6 && zip(rates, times).allSatisfy { abs($0 * $1 / 512e9 - 1) < 1e-6 })
    #expect(abs(try #require(row["avg_ts"] as? Double) - mean) < 1e-9)
    #expect(abs(try #require(row["stddev_ts"] as? Double) - deviation) < 1e-9)
    #expect(row["peer_ratio_median"] as? Double == 2)
  }

  @Test func whatWasNotMeasuredIsNotThere() throws {
    let rows = try rows(.jsonl)
    #expect(
      rows.map { $0["backends"] as? String } == ["simd:avx2", "llama-bench: CPU", "simd:avx2", "simd:avx2"])
    #expect(rows[1]["ttft_ns"] == nil && rows[1]["check_error"] == nil)
    #expect(rows[2]["ttft_ns"] == nil && rows[2]["itl_p99_ns"] != nil)
    #expect(rows[3]["ttft_ns"] != nil && rows[3]["itl_p50_ns"] == nil)
  }

  /// The A/A control stands under the table; what other programs read does not change.
  @Test func theNoiseFloorIsToldToPeopleOnly() throws {
    var record = try benchRecord()
    let sides = Case.controlLabels.map { timed($0, 1, count: 10) }
    let measured = try caseRecord("control.tg3.d0.m", "tg3", Work(), group: "control", sides)
    let subject = try caseRecord("tg3.d0.m", "tg3", Work(), group: "bench", [timed("simd:avx2", 1)])
    record.cases.append(measured)
    record.controls = [ControlRecord(measured, of: subject, label: "simd:avx2")]
    #expect(
      BenchReport(record).text(.md).contains("\nNoise floor 0.0 %: simd:avx2 on tg3 against itself took"))
    for format in BenchReport.Format.allCases where format != .md {
      #expect(BenchReport(record).text(format) == (try text(format)))
    }
  }

  @Test func aRunWithoutRowsSaysSo() {
    #expect(BenchReport(emptyRecord()).text(.md) == "No rows were measured.\n")
    #expect(
      BenchReport(emptyRecord()).text(.json) == "[\n\n]\n" && BenchReport(emptyRecord()).text(.sql).isEmpty)
  }
}

/// Foundation keeps flags and numbers of JSON in one type.
private func CFGetTypeName(_ number: NSNumber) -> String {
  String(cString: number.objCType) == "c" ? "bool" : "number"
}
