@testable import Judgement
import Machine
import Quantities
import Results
import Testing

@testable import Reports

@Suite struct MeterReportTests {
  private let report = TextReport(style: Style(colour: false))
  private let socket = EnergyOrigin(source: "RAPL (package-0)", boundary: "socket", tier: "measured")

  /// `text` in one line, however it was wrapped.
  private func joined(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func metered(idle: (Double, Double)) -> EnergyRecord {
    var figure = raplFigure(memory: .missing(reason: "no dram zone"))
    var metering = EnergyMetering(
      idleBefore: .measured(Watts(idle.0)), idleWindow: Seconds(10), shortestWindow: Seconds(2),
      readings: nil, smallestDifference: .measured(0.0123))
    metering.idleAfter = .measured(Watts(idle.1))
    figure.metering = metering
    var record = EnergyRecord(model: "tiny", backend: "simd", phase: .decode, energy: .measured(figure))
    let range = JoulesPerTokenRange(
      low: JoulesPerToken(0.001), central: JoulesPerToken(0.003), high: JoulesPerToken(0.009))
    record.countedWork = CountedWorkRecord(
      origin: EnergyOrigin(source: "counted work", boundary: "arithmetic and DRAM", tier: "proxy"),
      perToken: range, assumption: "1 pJ for everything (Somebody, 2026)")
    return record
  }

  private func energy(idle: (Double, Double)) -> String {
    var record = emptyRecord()
    record.energy = [metered(idle: idle)]
    return joined(report.energy(record))
  }

  @Test func netStandsBesideGrossWithBothIdleWindows() {
    // 0.2 J/token over 2 s and 80 tokens, less 3 W · 2 s / 80.
    let text = energy(idle: (3, 3))
    #expect(
      text.contains(
        "simd, decode: gross 0.200 J/token; net 0.125 J/token; idle 3.00 W before, 3.00 W after, 10.0 s each; "
          + "window 2.00 s; differences above 1.2 % are visible"))
    #expect(!text.contains("invalid"))
  }
  @Test func anInvalidWindowSaysWhy() {
    #expect(energy(idle: (3, 4)).contains("invalid: idle power moved from 3.00 W to 4.00 W"))
  }
  @Test func countedWorkHasItsOriginAndItsAssumption() {
    let text = energy(idle: (3, 3))
    #expect(text.contains("counted work · arithmetic and DRAM · proxy 0.00100–0.00900 J/token: simd, decode"))
    #expect(text.contains("assumed: 1 pJ for everything (Somebody, 2026)"))
  }

  private func meters(_ list: [MeterRecord]?) -> String {
    var record = emptyRecord()
    record.meters = list
    return report.machine(record)
  }

  @Test func metersAreListedWithWhatWouldGrantThem() throws {
    let denied = "RAPL: energy_uj: permission denied; to allow it: sudo chmod a+r energy_uj"
    let text = meters([
      MeterRecord(name: "battery", origin: .missing(reason: "no battery"), isAbsent: true),
      MeterRecord(name: "rapl-powercap", origin: .missing(reason: denied), isAbsent: false),
      MeterRecord(name: "rapl-perf", origin: .measured(socket), isAbsent: false),
    ])
    let lines = text.split(separator: "\n").map { joined(String($0)) }
    let first = try #require(lines.firstIndex(of: "Energy meters"))
    #expect(lines[first + 1] == "+ rapl-perf RAPL (package-0) · socket · measured")
    #expect(joined(text).contains("! rapl-powercap \(denied)"))
    #expect(lines.contains("– battery no battery") && !text.contains("No sensor can be read"))
  }
  @Test func withoutASensorTheWaysToOneAreNamed() {
    let text = meters([
      MeterRecord(name: "battery", origin: .missing(reason: "no battery"), isAbsent: true)
    ])
    #expect(joined(text).contains("--watts, --meter-csv or --meter-command"))
    #expect(!meters(nil).contains("Energy meters"))
  }

  @Test func comparedEnergyNamesBoundaryAndTierAndJudgesNothing() {
    var comparison = Comparison(
      reference: "a", candidate: "b", basis: "samples", level: 0.95, rows: [], mean: nil, differences: [],
      notes: [])
    #expect(!ComparisonReport(style: Style(colour: false)).text(comparison).contains("J/token"))
    func row(_ id: String, _ origin: EnergyOrigin, _ ratio: Reading<Double>) -> ComparedEnergy {
      ComparedEnergy(
        id: id, label: "simd", reference: JoulesPerToken(0.2), candidate: JoulesPerToken(0.3),
        referenceOrigin: socket, candidateOrigin: origin, ratio: ratio, visible: 0.02)
    }
    let wall = EnergyOrigin(source: "a plug", boundary: "wall", tier: "estimated")
    comparison.energy = [
      row("decode.a", socket, .measured(1.5)), row("decode.b", wall, .missing(reason: "not comparable")),
    ]
    let text = joined(ComparisonReport(style: Style(colour: false)).text(comparison))
    #expect(text.contains("decode.a simd 0.200 0.300 1.500 ±2.0 % socket measured"))
    #expect(text.contains("decode.b simd 0.200 0.300 – ±2.0 % socket → wall measured → estimated"))
    #expect(text.contains("no gate hangs on it") && text.contains("from: a plug"))
  }
}
