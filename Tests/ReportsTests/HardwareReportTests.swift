import Costs
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

  @Test func costsAreAsRecorded() throws {
    var record = try sampleRecord()
    var assumed = CostAssumptions()
    (assumed.price, assumed.gridGrams) = (Dollars(300), 380)
    let energy = Spread<JoulesPerToken>(
      low: JoulesPerToken(0.2), central: JoulesPerToken(0.3), high: JoulesPerToken(0.7))
    record.costs = CostRecord(
      assumptions: assumed,
      rows: [("proxy", "socket"), ("estimated", "wall")].map { tier, boundary in
        CostRow(
          model: "tinyllama-1.1b q8_0", backend: "simd:avx2", phase: .decode,
          origin: EnergyOrigin(source: "test", boundary: boundary, tier: tier),
          cost: TokenCost(energy: energy, speed: TokensPerSecond(20), assumed))
      })
    record.energy = []
    try expectGolden(report.energy(record), "costs")
  }
  @Test func claimsFromAStoredRunAreAsRecorded() throws {
    var claim = try #require(try sampleRecord().claims.first)
    claim.finding.basis = ClaimBasis(
      measured: "joules for a token", formula: "J/token = W ÷ tok/s",
      today: .measured(ClaimValue((low: 1, central: 2, high: 3), unit: "J/tok", text: "1–3 J/tok (wall)")),
      published: "5 J/tok (wall) [D]")
    var other = claim
    other.finding.basis?.today = .missing(reason: "not measured: no distillation run is stored")
    try expectGolden(
      report.claims(
        [claim, other], from: "test box, run of 2026-11-21", assumptions: CostAssumptions().lines),
      "claims-stored")
  }

  private static let efficiency = KernelEfficiency(
    decode: .measured(.init(0.66, 1.18)), prefill: .measured(.init(0.72, 0.73)),
    formats: ["f32": 1, "q4_k": 2.25, "q6_k": 1.82, "q8_0": 1.41], source: "test box, run of 2026-11-21")
}
