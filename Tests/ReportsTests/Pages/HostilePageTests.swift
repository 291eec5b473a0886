import Foundation
import Quantities
import Results
import Testing

@testable import Reports

/// Whatever a record says, a page stays what it is: nothing acts, nothing is lost, nothing runs out of its box.
@Suite struct HostilePageTests {
  private static let long = String(repeating: "wide ", count: 2000)
  private static let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    "</style></svg></title><script>1</script>", "<!--", "]]>", "&lt;script&gt;&#60;", "javascript:alert(1)",
    "\u{202E}right to left\u{2066}\u{200F}", "two\nlines\u{0}\u{7}\u{1B}[31m", long,
    String(repeating: "x", count: 10_000), "| a | b |\n|---|",
    "@everyone `code` [link](javascript:1) ![i](x)",
    "漢字とかな 👩‍👩‍👧‍👦", "", "e" + String(repeating: "\u{301}", count: 500), "${x} {{y}} %s",
  ]

  /// The text at every place where a file could have it.
  private func input(saying text: String) throws -> ReportInput {
    var record = try trustRecord()
    record.machine.cpuModel = .measured(text)
    record.machine.hypervisor = .measured(text)
    record.origin.suite = text
    record.origin.started = text
    record.notes = [text]
    record.validity = Validity(.invalid, reasons: [text])
    for index in record.cases.indices {
      (record.cases[index].title, record.cases[index].id) = (text, "\(index)\(text)")
      record.cases[index].alternatives[0].label = text
    }
    fill(&record, with: text)
    var history = sampleHistory()
    history.series[0].caseID = text
    history.series[0].alternative = text
    return ReportInput(
      machines: [.init(name: text, runs: [.init(file: text, record: record)], history: history)],
      problems: [text])
  }

  /// Models, their energy, and claims.
  private func fill(_ record: inout RunRecord, with text: String) {
    record.models[0].name = text
    record.models[0].config["weights"] = text
    for index in record.models[0].backends[0].phases.indices {
      record.models[0].backends[0].phases[index].caseID = record.cases[0].id
    }
    for index in record.energy.indices { record.energy[index].model = text }
    for index in record.claims.indices {
      (record.claims[index].statement, record.claims[index].id) = (text, text)
      record.claims[index].finding.verdict = text
    }
  }

  @Test(arguments: hostile.indices) func aPageStaysWhole(index: Int) throws {
    let text = Self.hostile[index]
    let report = Report(try input(saying: text))
    let page = try PageDocument(report.html)
    let plain = try PageDocument(Report(try input(saying: "plain")).html)
    #expect(page.all("script", "img", "iframe").isEmpty)
    #expect(Set(page.all.map(\.name)) == Set(plain.all.map(\.name)))
    #expect(page.all.flatMap(\.attributes.keys).allSatisfy { !$0.hasPrefix("on") && $0 != "style" })
    #expect(page.all("h1")[0].wholeText.hasPrefix(text.printable))
    #expect(page.all("a").allSatisfy { $0.attributes["href"]?.hasPrefix("#") == true })
    #expect(page.root.wholeText.unicodeScalars.allSatisfy { !Self.turns($0) })
    let ids = page.all.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count && ids.allSatisfy { $0.utf8.count < 300 })
  }

  /// Text in an image cannot wrap, so that it is cut there; the page has it in full.
  @Test(arguments: hostile.indices) func imagesStayWithinTheirFrame(index: Int) throws {
    let text = Self.hostile[index]
    let report = Report(try input(saying: text))
    for name in report.plotNames {
      let image = try PageDocument(try #require(report.svg(plot: name)))
      for label in image.all("text") { #expect(label.wholeText.count <= 180, "\(name)") }
    }
  }

  @Test(arguments: hostile.indices) func markdownDoesNotAct(index: Int) throws {
    let text = Self.hostile[index]
    let lines = Report(try input(saying: text)).markdown.split(separator: "\n")
    let plain = Report(try input(saying: "plain")).markdown.split(separator: "\n")
    #expect(lines.count == plain.count)
    for (line, other) in zip(lines, plain) {
      #expect(!line.contains("<") && !line.contains("@"))
      func bars(_ line: Substring) -> Int {
        line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
      }
      #expect(bars(line) == bars(other))
    }
  }

  @Test(arguments: hostile.indices) func jsonIsRead(index: Int) throws {
    let text = Self.hostile[index]
    let report = Report(try input(saying: text))
    let page = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
    #expect((page?["title"] as? String)?.hasPrefix(text) == true)
  }

  @Test func awkwardNumbersAreDrawnWithinTheirFrame() throws {
    let times = [0, 1e-300, 1e300, 1e-307, 1e14, 1e-5]
    var record = try sampleRecord()
    for (index, time) in times.enumerated() {
      record.cases[index].alternatives[0] = try caseRecord(
        "a", "A", record.cases[index].work, [timed("scalar", time, error: .nan)]
      ).alternatives[0]
    }
    record.peaks = record.peaks.map {
      PeakRecord(
        name: $0.name, threads: $0.threads, unit: $0.unit,
        figure: .measured(Figure(value: 1e300, low: -1e14, high: .infinity, confidence: .nan)))
    }
    let report = Report(ReportInput(machines: [.init(name: "box", runs: [.init(file: "a", record: record)])]))
    for name in report.plotNames {
      let image = try PageDocument(try #require(report.svg(plot: name)))
      #expect(!image.all("path").contains { $0.attributes["d"]?.contains("nan") ?? true })
    }
    #expect(!report.html.contains("inf\"") && !report.json.contains("inf,"))
  }

  private static func turns(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x61C: true
    default: false
    }
  }
}
