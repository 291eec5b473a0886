import Costs
import Foundation
import Quantities
import Results
import Testing

@Suite struct CostRecordTests {
  private static let run = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "results/amd-epyc-2c/2026-11-21-ea47ae2154-run.json").path

  /// A record of before there were costs is read, and its energy is given a price.
  @Test func costsFollowFromStoredEnergyAndSpeed() throws {
    var record = try ResultsStore.load(Self.run)
    #expect(record.costs == nil && record.claims.allSatisfy { $0.finding.basis == nil })
    var assumed = CostAssumptions()
    assumed.dollarsPerHour = 0.36
    let costs = try #require(CostRecord(record, assumed))
    #expect(costs.rows.count == record.energy.count)
    // 12.5354 ms for a token: $0.36 ÷ 3600 s × 0.0125354 s × 1e6.
    let row = try #require(costs.rows.first { $0.backend == "simd:avx2" && $0.phase == .decode })
    #expect(abs(try #require(row.cost.rented.value).central.value - 1.25354) < 0.0001)
    let energy = try #require(
      record.energy.first { $0.backend == "simd:avx2" && $0.phase == .decode }?.energy.value)
    #expect(
      abs(row.cost.electricity.high.value / (energy.perToken.high.value / 3.6 * 0.15) - 1) < 1e-9)
    #expect(row.origin.tier == "proxy" && row.cost.owned.reason != nil)
    record.costs = costs
    #expect(try JSONDecoder().decode(RunRecord.self, from: record.json()) == record)
  }

  @Test func withoutEnergyThereIsNoCost() throws {
    var record = try ResultsStore.load(Self.run)
    record.energy = []
    #expect(CostRecord(record, CostAssumptions()) == nil)
  }
}
