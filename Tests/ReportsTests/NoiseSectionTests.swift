import Quantities
import Reports
import Results
import Testing

@testable import Machine

@Suite struct NoiseSectionTests {
  private func text(_ change: (inout RunRecord) -> Void) throws -> String {
    var record = try sampleRecord()
    change(&record)
    return TextReport(style: Style(colour: false)).machine(record)
  }

  private let conditions = RunConditions(
    duration: Seconds(20), throttleEvents: .measured(0), coolingRise: .missing(reason: "none"),
    firmware: .missing(reason: "none"), lowestClockShare: .missing(reason: "turbo is on"),
    stealShare: .measured(0.031), othersShare: .measured(0.2), preemptions: .measured(10))

  @Test func noiseIsATableWithItsReasons() throws {
    let parts = [
      NoisePart(.jitter, .measured(0.012)), NoisePart(.excursions, .measured(0.6)),
      NoisePart(.turbo, .measured(1)), NoisePart(.governor, .missing(reason: "/sys/x: none readable")),
    ]
    let found = try text { $0.noise = NoiseReport(duration: Seconds(1), parts: parts) }
    #expect(found.contains("Noise before the run: 64 of 100, usable"))
    #expect(found.contains("spread of a fixed loop   1.20 %      64"))
    #expect(found.contains("its slowest hundredth   +60.0 %      54"))
    #expect(found.contains("governor                      –       –"))
    #expect(found.contains("–  governor: /sys/x: none readable"))
  }

  @Test func whatHappenedStandsWithItsBounds() throws {
    let found = try text { $0.conditions = conditions }
    #expect(found.contains("During the run (20.0 s)"))
    #expect(found.contains("! the hypervisor took 3.10 % of the CPU time (bound 1.00 %)"))
    #expect(found.contains("! other programs used 20.0 % of the CPUs during the run"))
    #expect(found.contains("3.1 % taken by the hypervisor (bound 1 %) · no throttling"))
    let words = found.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("20 % used by other programs · not readable here: clock"))
  }

  @Test func olderRecordsHaveNeither() throws {
    let found = try text { _ in }
    #expect(!found.contains("Noise before") && !found.contains("During the run"))
  }

  @Test func theSummaryNamesTheWorstOnly() {
    let parts = [
      NoisePart(.jitter, .measured(0.012)), NoisePart(.others, .measured(0.5)),
      NoisePart(.steal, .measured(0)),
    ]
    let report = NoiseReport(duration: Seconds(1), parts: parts)
    #expect(
      report.summary
        == "noise 94 of 100, noisy: other programs' CPU time 50.0 %, spread of a fixed loop 1.20 %")
    #expect(NoiseReport(duration: Seconds(1), parts: [parts[2]]).summary == "noise 0 of 100, quiet")
  }
}
