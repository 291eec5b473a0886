import Costs
import Quantities
import Results
import Testing

@testable import Fleet

@Suite struct FleetTotalsTests {
  private func entry(_ node: Int, _ speed: Double, joules: Double?, boundary: String = "wall")
    -> FleetModels.Entry
  {
    let energy: Reading<EnergyFigure> =
      joules.map {
        let value = JoulesPerToken($0)
        return .measured(
          EnergyFigure(
            origin: EnergyOrigin(source: "meter", boundary: boundary, tier: "measured"),
            perToken: JoulesPerTokenRange(low: value, central: value, high: value), window: Seconds(1),
            tokens: Tokens(1)))
      } ?? .missing(reason: "no meter")
    return FleetModels.Entry(
      node: node, backend: "simd", speed: TokensPerSecond(speed), batch: 1, energy: energy)
  }

  /// 10 tok/s at 2 J and 30 tok/s at 1 J are 20 W and 30 W: 50 W for 40 tok/s.
  @Test func joulesWeighAsMuchAsTokens() {
    let found = FleetEnergy.of([entry(0, 10, joules: 2), entry(1, 30, joules: 1)]).value
    #expect(found?.perToken.central == JoulesPerToken(1.25))
    #expect(found?.boundary == "wall")
  }

  @Test func energyOfSomeNodesIsNotThatOfAll() {
    #expect(FleetEnergy.of([entry(0, 10, joules: 2), entry(1, 30, joules: nil)]).value == nil)
    #expect(
      FleetEnergy.of([entry(0, 10, joules: 2), entry(1, 30, joules: 1, boundary: "rails")]).value == nil)
    #expect(FleetEnergy.of([]).value == nil)
  }

  private func models(speed: Double, parameters: Double?, joules: Double? = nil) -> FleetModels {
    var models = FleetModels()
    for node in 0..<4 {
      models.add(
        entry(node, speed, joules: joules), to: .init(model: "m", phase: .decode), parameters: parameters)
    }
    return models
  }

  /// By hand: 40,000 ÷ 50 = 800 boards; 800 × 10 tok/s × 1e9 = 8e12; the GPU 145.6 × 8e9 and 9806 × 8e9.
  @Test func boardsForThePriceOfAGPU() throws {
    let claim = try #require(FleetClaim(models(speed: 10, parameters: 1e9, joules: 0.5), FleetAssumptions()))
    #expect(claim.boards == 800)
    #expect(abs(claim.overSingle - 8e12 / (145.6 * 8e9)) < 1e-9)
    #expect(abs(claim.overBatch - 8e12 / (9806 * 8e9)) < 1e-12)
    #expect(claim.why.contains("depends on how many requests"))
    #expect(claim.arithmetic[0] == "$40,000 ÷ $50 = 800 boards")
    // 0.5 J × 10 tok/s = 5 W, and 1 W of the network: 6 W ÷ 10 tok/s.
    #expect(
      claim.arithmetic.contains {
        $0.contains("= 5 W at work (wall, measured)") && $0.contains("6 W, 4,800 W for all")
      })
    #expect(claim.arithmetic.contains { $0.contains("0.6 J/tok (wall, measured, network included)") })
    #expect(claim.assumptions.contains { $0.contains("--network-watts") })
  }

  /// At half of the time: 5 W ÷ 2 + 2.8 W ÷ 2 of idling + 1 W.
  @Test func idlePowerCounts() throws {
    var assumed = FleetAssumptions()
    (assumed.costs.utilisation, assumed.idle) = (0.5, Watts(2.8))
    let claim = try #require(FleetClaim(models(speed: 10, parameters: 1e9, joules: 0.5), assumed))
    #expect(claim.arithmetic.contains { $0.contains("4.9 W") }, "\(claim.arithmetic)")
  }

  @Test func wordsFollowTheNumbers() {
    #expect(FleetClaim(models(speed: 10, parameters: nil), FleetAssumptions()) == nil)
    #expect(FleetClaim(FleetModels(), FleetAssumptions()) == nil)
    let slow = FleetClaim(models(speed: 0.1, parameters: 1e9), FleetAssumptions())
    #expect(slow?.why.contains("the GPU does more work even with a single request") == true)
    #expect(slow?.arithmetic.last?.contains("none here (4 of 4 nodes have no energy: no meter)") == true)
    let fast = FleetClaim(models(speed: 1000, parameters: 1e9), FleetAssumptions())
    #expect(fast?.why.contains("even where it serves 512 requests") == true)
  }
}
