import Foundation
import Hardware
import Projection
import Quantities
import Reports
import Results
import Testing

@Suite struct HardwareReportTests {
  private let report = TextReport(style: Style(colour: false))

  private func entry(_ id: String) throws -> HardwareEntry {
    try #require(HardwareCatalogue.builtIn.entry(id))
  }

  @Test func catalogueIsAsRecorded() throws {
    try expectGolden(report.hardware(HardwareCatalogue.builtIn.entries), "hardware")
  }
  @Test func oneMachineIsAsRecorded() throws {
    let machines = ["raspberry-pi-5", "ascend-910b", "iphone-14-pro"]
    try expectGolden(try machines.map { report.hardware(try entry($0)) }.joined(), "hardware-one")
  }
  @Test func projectionIsAsRecorded() throws {
    let task = ProjectedTask(
      try #require(ModelShape.named("r1-distill-qwen-1.5b")), try #require(WeightType("q4_k")))
    let texts = try ["raspberry-pi-5", "raspberry-pi-4", "jetson-orin-nano-super", "rtx-4090"].map {
      report.projection(try Projection(task, on: try entry($0), Self.efficiency))
    }
    try expectGolden(texts.joined(separator: "\n"), "projection")
  }
  @Test func validationIsAsRecorded() throws {
    try expectGolden(report.validation(Validation(Self.efficiency)), "validation")
  }

  private static let efficiency = KernelEfficiency(
    decode: .measured(.init(0.66, 1.18)), prefill: .measured(.init(0.72, 0.73)),
    formats: ["f32": 1, "q4_k": 2.25, "q6_k": 1.82, "q8_0": 1.41], source: "test box, run of 2026-11-21")
}
