import Foundation
import Quantities
import Results
import Testing

@testable import Reports

@Suite struct ExportTests {
  /// Kernels, models and energy in one run, rows of llama-bench in another; made up, and so not valid.
  private func export(_ format: Export.Format) throws -> Export {
    var runs = format.holdsOneRun ? [try sampleRecord()] : [try sampleRecord(), try benchRecord()]
    // Changes with every version of the harness.
    for i in runs.indices { runs[i].protocolUsed.hash = "0123456789abcdef" }
    return Export(runs, as: format, invalid: true)
  }

  private func object(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8))
  }

  // MARK: As recorded, and as scripts/check-exports.sh holds against the formats' own readers

  @Test(arguments: Export.Format.allCases) func isAsRecorded(format: Export.Format) throws {
    for document in try export(format).documents {
      try expectGolden(document.text, "export-\(format.rawValue)\(document.suffix.map { "-\($0)" } ?? "")")
    }
  }

  @Test(arguments: [Export.Format.bmf, .githubAction, .googleBenchmark, .hyperfine])
  func isJSONWithoutNull(format: Export.Format) throws {
    func nulls(_ value: Any) -> Int {
      switch value {
      case let members as [String: Any]: members.values.reduce(0) { $0 + nulls($1) }
      case let values as [Any]: values.reduce(0) { $0 + nulls($1) }
      default: value is NSNull ? 1 : 0
      }
    }
    for document in try export(format).documents { #expect(nulls(try object(document.text)) == 0) }
  }

  // MARK: Rules that the formats' readers do not check

  @Test func boundsHoldTheirValue() throws {
    let text = try export(.bmf).documents[0].text
    let benchmarks = try #require(try object(text) as? [String: [String: [String: Double]]])
    #expect(benchmarks.count == text.matches(of: /\n  ".+": \{\n/).count)  // no name twice
    var bounded = 0
    for (name, measures) in benchmarks {
      #expect((1...1024).contains(name.utf8.count) && !measures.isEmpty)
      for metric in measures.values {
        let value = try #require(metric["value"])
        guard let low = metric["lower_value"], let high = metric["upper_value"] else { continue }
        #expect(low <= value && value <= high)
        bounded += 1
      }
    }
    #expect(bounded > 20)
  }

  /// No figure of an assumption where a program decides by it; named as such where it is told.
  @Test func proxiesGateNothing() throws {
    for format in [Export.Format.bmf, .githubAction] {
      let export = try export(format)
      let told = export.documents.reduce(0) { $0 + $1.text.matches(of: /joules-per-token/).count }
      #expect(told == 1)  // the wall meter's
      #expect(export.omitted.contains("2 left out: joules per token without a meter (proxies)"))
    }
    let text = try export(.openmetrics).documents[0].text
    #expect(text.contains(#"tier="proxy""#) && text.contains(#"tier="estimated""#))
  }

  @Test func openMetricsHasNoLabelSetTwice() throws {
    let text = try export(.openmetrics).documents[0].text
    let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      $0.prefix(through: $0.lastIndex(of: "}")!)
    }
    #expect(Set(samples).count == samples.count && samples.count > 100)
    #expect(text.hasSuffix("\n# EOF\n") && !text.contains("\n\n"))
  }

  @Test func everyLineOfCSVHasEveryColumn() throws {
    let lines = try export(.csv).documents[0].text.split(separator: "\n")
    let fields = lines.map {
      $0.replacing(/"(?:[^"]|"")*"/, with: "x").split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(Set(fields.map(\.count)).count == 1 && fields[0].count == 32)
    #expect(lines.dropFirst().allSatisfy { !$0.contains(",0,") })  // nothing missing became zero
  }

  @Test func oneRowOfLlamaBenchIsAnArray() throws {
    var run = try benchRecord()
    (run.cases, run.benches) = (Array(run.cases.suffix(1)), run.benches.map { Array($0.suffix(1)) })
    let text = Export([run], as: .llamaBench, invalid: true).documents[0].text
    #expect((try object(text) as? [Any])?.count == 1)
    #expect(try export(.llamaBench).documents[0].text.split(separator: "\n").count == 4)
  }

  // MARK: What counts

  @Test func onlyValidRunsAreToldUnlessAsked() throws {
    for format in Export.Format.allCases where !format.tellsValidity {
      let export = Export([try sampleRecord(), try interruptedRecord()], as: format)
      #expect(export.count == 0)
      #expect(
        export.omitted == [
          "1 left out: runs that are invalid; --invalid takes them, too",
          "1 left out: runs that are interrupted; --invalid takes them, too",
        ])
    }
    #expect(Export([try sampleRecord()], as: .csv).count > 10)
  }

  @Test func theNewestRunOfANameCounts() throws {
    var (old, new) = (try sampleRecord(), try sampleRecord())
    old.origin.started = "2026-01-01T00:00:00Z"
    (old.origin.commit, new.origin.commit) = (
      .measured(Commit(hash: "01d", dirty: false)), .measured(Commit(hash: "2e3", dirty: false))
    )
    for runs in [[old, new], [new, old]] {
      let export = Export(runs, as: .githubAction, invalid: true)
      #expect(export.documents[0].text.contains("commit: 2e3") && !export.documents[0].text.contains("01d"))
      #expect(export.omitted.contains { $0.hasSuffix("figures of an older run with the same name") })
    }
  }

  @Test func whatWasMeasuredTwiceIsOneSeries() throws {
    var run = try sampleRecord()
    var again = run.cases[0]
    for i in again.alternatives.indices {
      again.alternatives[i].samples = again.alternatives[i].samples.map { $0 * 2 }
    }
    let alone = ExportSeries.all(run)
    run.cases.append(again)
    let both = ExportSeries.all(run)
    #expect(both.map(\.name) == alone.map(\.name))
    #expect(both[0].alternative.samples.count == 2 * alone[0].alternative.samples.count)
    #expect(both[0].time.median > alone[0].time.median * 1.2 && both.last?.time == alone.last?.time)
  }

  @Test func impossibleTimesAreLeftOut() throws {
    var run = try sampleRecord()
    let count = ExportSeries.all(run).count
    for (i, sample) in [0, -1, 1e300].enumerated() { run.cases[0].alternatives[i].samples[0] = sample }
    #expect(ExportSeries.all(run).count == count - 3)
  }

  @Test(arguments: Export.Format.allCases) func hostileTextBreaksNothing(format: Export.Format) throws {
    var run = try sampleRecord()
    let evil = "a\"b\\c\nd\u{1B}[31m,\u{202E}# EOF"
    run.cases[0].alternatives[0].label = evil
    run.machine.cpuModel = .measured(evil)
    for document in Export([run], as: format, invalid: true).documents {
      switch format {
      case .openmetrics:
        #expect(document.text.contains(#"backend="a\"b\\c\nd"#))
        #expect(document.text.split(separator: "\n").count { $0.hasPrefix("# EOF") } == 1)
      case .csv: #expect(document.text.contains("\"a\"\"b\\c\nd"))
      case .llamaBench: #expect(document.text.isEmpty)
      default: #expect("\(try object(document.text))".contains("EOF"))
      }
    }
  }
}
