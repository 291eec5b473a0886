import Quantities
import Testing

@testable import Hardware

@Suite struct CatalogueTests {
  let entries = HardwareCatalogue.builtIn.entries

  @Test func everyFigureHasASourceATagAndADate() throws {
    var count = 0
    for entry in entries {
      #expect(entry.id.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil && !entry.name.isEmpty)
      #expect(!entry.figures.isEmpty, "\(entry.id) has no figure")
      for fault in entry.peaks.flatMap(faults) + entry.bandwidth.flatMap(faults)
        + entry.memory.flatMap(faults) + entry.power.flatMap(faults) + entry.price.flatMap(faults)
      {
        Issue.record("\(entry.id): \(fault)")
      }
      #expect(entry.power.allSatisfy { $0.boundary != nil }, "\(entry.id): watts without a boundary")
      #expect(entry.byteDotProduct?.source.isEmpty != true)
      count += entry.figures.count
    }
    #expect(Set(entries.map(\.id)).count == entries.count)
    #expect(entries.count >= 20 && count > 100)
  }

  private func faults<Q, Kind>(_ figure: HardwareFigure<Q, Kind>) -> [String] {
    var faults: [String] = []
    if figure.source.count < 8 { faults.append("\(figure.text) has no source") }
    if figure.date.wholeMatch(of: /20\d\d-(0[1-9]|1[0-2])/) == nil { faults.append("date '\(figure.date)'") }
    if !(figure.low.value > 0 && figure.low <= figure.high && figure.high.value.isFinite) {
      faults.append("\(figure.text) is no positive range")
    }
    if !figure.text.hasSuffix("[\(figure.tag.rawValue)]") { faults.append("\(figure.text) lacks its tag") }
    return faults
  }

  @Test func aFigureWithoutSourceOrDateWouldBeFound() {
    let bare = HardwareEntry.Peak(.fp32, 1e9, Citation(.primary, "", "today"))
    #expect(faults(bare).count == 2)
    #expect(faults(HardwareEntry.Peak(.fp32, -1, Citation(.primary, "a document"))).count == 1)
  }

  @Test func theMachinesOfTheClaimsAreThere() {
    for id in [
      "a100-80gb-sxm", "h100-sxm", "h200-sxm", "ascend-910b", "rtx-4070", "rtx-4090", "raspberry-pi-4",
      "raspberry-pi-5", "orange-pi-5", "jetson-orin-nano-super", "intel-n150", "mac-mini-m4", "iphone-16-pro",
    ] {
      #expect(HardwareCatalogue.builtIn.entry(id)?.id == id)
    }
    #expect(HardwareCatalogue.builtIn.entry("RASPBERRY PI 5")?.id == "raspberry-pi-5")
    #expect(HardwareCatalogue.builtIn.entry("raspberry") == nil)
  }

  @Test func sourcesThatDisagreeStayARange() {
    let ascend = HardwareEntry.ascend910B
    #expect(ascend.peak(.fp16Matrix)?.text == "256–320 TFLOP/s [S]")
    #expect(ascend.bandwidth(.peak)?.text == "400 GB/s–1.2 TB/s [S]")
    #expect(ascend.power(.maximum)?.text == "310–350 W (GPU only) [S]")
    #expect(ascend.price.isEmpty)
    #expect(abs(ascend.peak(.fp16Matrix)!.central.value - 286.2e12) < 0.1e12)
  }

  @Test func figuresPrintWithUnitBoundaryAndTag() {
    let pi = HardwareEntry.raspberryPi5
    #expect(pi.bandwidth(.peak)?.text == "17 GB/s [P]")
    #expect(pi.power(.languageModel)?.text == "11–13.9 W (wall) [P]")
    #expect(pi.price(.list)?.text == "$77.50 [S]")
  }
}
