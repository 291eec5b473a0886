import Machine
import Measurement
import Quantities
import Results
import Testing

@testable import Reports

/// Whatever a record holds, it does not break the layout.
@Suite struct HostileTextTests {
  private static let hostile = [
    "two\nlines\r\nand\ttabs", "\u{1B}[31mred\u{1B}[2J\u{7}\u{0}\u{9B}5A",
    "\u{202E}right to left\u{2066}\u{200F}",
    String(repeating: "x", count: 10_000), String(repeating: "long title ", count: 900), "", "   ",
    "e" + String(repeating: "\u{301}", count: 500), "\u{301}lone mark", "漢字とかな", "👩‍👩‍👧‍👦 family",
    "a\u{200B}\u{FEFF}b\u{2028}c\u{2029}d", "\u{F8FF}\u{E000}",
  ]

  @Test(arguments: hostile.indices, [60, 100])
  func noTextBreaksTheLayout(index: Int, width: Int) throws {
    let text = Self.hostile[index]
    let report = TextReport(style: Style(width: width, colour: false)).full(try record(saying: text))
    for line in report.split(separator: "\n", omittingEmptySubsequences: false) {
      #expect(String(line).columns <= width)
      #expect(line.unicodeScalars.allSatisfy { !Self.moves($0) }, "\(line.debugDescription)")
    }
    // A line break would not show above: it only makes more lines.
    let unbroken = String(text.map { $0.isNewline ? "?" : $0 })
    #expect(
      try report == TextReport(style: Style(width: width, colour: false)).full(record(saying: unbroken)))
  }
  @Test(arguments: hostile.indices) func colourAddsEscapeCodesOnly(index: Int) throws {
    let text = Self.hostile[index]
    try expectSameWithoutColour(record(saying: text))
  }
  @Test func colourAddsEscapeCodesOnlyToTheSamples() throws {
    try expectSameWithoutColour(sampleRecord())
    try expectSameWithoutColour(interruptedRecord())
    let text = try TextReport(style: Style(colour: true)).full(sampleRecord())
    #expect([31, 32, 33].allSatisfy { text.contains("\u{1B}[\($0)m") })
  }
  @Test func awkwardNumbersStayInTheirColumns() throws {
    let work = Work(flops: FLOPs(1e300), bytes: Bytes(1e-300))
    let times = [0, 1e-300, 1e300, 1e-307, 1e14]
    var record = emptyRecord()
    record.cases = [
      try caseRecord("a", "A", work, times.enumerated().map { timed("b\($0)", $1, error: .nan) })
    ]
    let figure = Figure(value: 1e300, low: -1e14, high: .infinity, confidence: .nan)
    record.peaks = [PeakRecord(name: "fma", threads: 1, unit: "FLOP/s", figure: .measured(figure))]
    for line in TextReport(style: Style(width: 60, colour: false)).full(record).split(separator: "\n") {
      #expect(String(line).columns <= 60)
    }
  }

  /// Controls, escapes, breaks, direction marks.
  private static func moves(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }

  private func expectSameWithoutColour(_ record: RunRecord) throws {
    let plain = TextReport(style: Style(colour: false)).full(record)
    let coloured = TextReport(style: Style(colour: true)).full(record)
    #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
  }

  /// The sample with `text` in every field that is free text.
  private func record(saying text: String) throws -> RunRecord {
    var record = try sampleRecord()
    (record.origin.suite, record.origin.toolVersion) = (text, text)
    (record.machine.cpuModel, record.machine.board) = (.measured(text), .missing(reason: text))
    record.machine.hypervisor = .measured(text)
    (record.notes, record.validity.reasons) = ([text], [text])
    record.protocolUsed.flags = ["--x": text]
    record.peaks[2].figure = .missing(reason: text)
    record.peaks[3].name = text
    record.cases[0].title = text
    record.cases[1].alternatives[1].label = text
    record.cases[1].alternatives[2].status = .failedCheck
    record.cases[1].alternatives[2].reason = text
    record.cases[2].alternatives[0].status = .skipped
    record.cases[2].alternatives[0].reason = text
    record.models[0].name = text
    record.models[0].config = ["width": text]
    record.models[0].backends[1].backend = text
    record.energy[0].backend = text
    record.energy[1].model = text
    record.energy[3].energy = .missing(reason: text)
    let references = [ClaimReference(figure: text, source: text)]
    let finding = ClaimFinding(verdict: text, arithmetic: [text], why: text, references: references)
    record.claims[0] = ClaimRecord(id: text, statement: text, source: text, finding: finding)
    try addMeters(saying: text, to: &record)
    return record
  }

  private func addMeters(saying text: String, to record: inout RunRecord) throws {
    let origin = EnergyOrigin(source: text, boundary: text, tier: text)
    record.energy[3].countedWork = CountedWorkRecord(
      origin: origin, perToken: try #require(record.energy[2].energy.value).perToken, assumption: text)
    record.meters = [
      MeterRecord(name: text, origin: .missing(reason: text), isAbsent: false),
      MeterRecord(name: "x", origin: .measured(origin), isAbsent: false),
    ]
  }
}
