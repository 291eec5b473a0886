import Costs
import Quantities
import Reports
import Results
import Testing

@testable import Fleet

@Suite struct FleetReportTests {
  private func found(_ title: String, _ work: FleetCase.Rate, machine: String = "pi-5-4c") -> FleetCase {
    FleetCase(
      machine: machine, caseID: "kernel.\(title)", title: title, alternative: "simd:dotprod", nodes: 12,
      best: .init(node: "pi07", time: Seconds(0.9e-3)), median: Seconds(1e-3),
      worst: .init(node: "pi03\u{1B}[31m", time: Seconds(2e-3)), spread: 0.012, work: work)
  }

  private func model(_ phase: Phase, energy: Reading<FleetEnergy>) -> FleetModel {
    FleetModel(
      model: "smollm2-135m", phase: phase, nodes: 12, speed: TokensPerSecond(480),
      slowest: TokensPerSecond(20),
      median: TokensPerSecond(41), fastest: TokensPerSecond(44), energy: energy,
      cost: energy.map { found in
        let range = found.perToken
        return TokenCost(
          energy: Spread(low: range.low, central: range.central, high: range.high),
          speed: TokensPerSecond(480), CostAssumptions())
      })
  }

  private var summary: FleetSummary {
    let energy = FleetEnergy(
      perToken: JoulesPerTokenRange(
        low: JoulesPerToken(0.2), central: JoulesPerToken(0.21), high: JoulesPerToken(0.22)),
      boundary: "wall", tier: "measured")
    let outliers = [
      FleetOutlier(
        node: "pi03", machine: "pi-5-4c", caseID: nil, title: "all cases", alternative: nil, ratio: 1.98,
        score: 61.5, p: 0.00002, floor: 0.02),
      FleetOutlier(
        node: "pi07", machine: "pi-5-4c", caseID: "kernel.softmax", title: "softmax",
        alternative: "simd:dotprod", ratio: 0.9, score: -8, p: 0.012, floor: 0.02),
    ]
    return FleetSummary(
      name: "2026-11-22-run", suite: "run --quick", nodes: 15, done: 13,
      failures: ["pi09: check: ssh cannot reach it: ssh: connect to host pi09 port 22: Connection refused"],
      unfinished: 1,
      cases: [
        found("GEMM 512×512×512", .init(amount: 268_435_456, unit: "FLOP/s")),
        found("softmax", .init(amount: 8e6, unit: "B/s")),
        found("decode", .init(amount: 1, unit: "tok/s"), machine: "x86-box"),
      ], outliers: outliers, unjudged: 1,
      models: [
        model(.decode, energy: .measured(energy)), model(.prefill, energy: .missing(reason: "no meter")),
      ], costs: CostAssumptions(), claim: nil)
  }

  @Test func everythingIsDrawnAsRecorded() throws {
    try expectGolden(TextReport(style: Style(colour: false)).fleet(summary), "fleet")
  }

  @Test func aFleetOfNothingIsDrawnToo() {
    let nothing = FleetSummary(
      name: "x", suite: "run", nodes: 1, done: 0, failures: [], unfinished: 1, cases: [], outliers: [],
      unjudged: 0, models: [], costs: CostAssumptions(), claim: nil)
    let text = TextReport(style: Style(colour: false)).fleet(nothing)
    #expect(text.contains("1 not finished") && text.contains("No node differs"))
  }

  @Test func failuresAreCountedWhereTheyAreMany() {
    var many = summary
    many.failures = (0..<500).map { "n\($0): run: ended with status 1" }
    let lines = TextReport(style: Style(colour: false)).fleet(many).split(separator: "\n")
    #expect(lines.count < 90 && lines.contains { $0.contains("460 more") })
  }
}
