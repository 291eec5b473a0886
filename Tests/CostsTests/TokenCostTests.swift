import Costs
import Foundation
import Quantities
import Testing

@Suite struct TokenCostTests {
  private let energy = Spread<JoulesPerToken>(
    low: JoulesPerToken(7.2), central: JoulesPerToken(18), high: JoulesPerToken(36))

  private func assumed(_ change: (inout CostAssumptions) -> Void = { _ in }) -> CostAssumptions {
    var result = CostAssumptions()
    change(&result)
    return result
  }
  private func near(_ a: Double, _ b: Double) -> Bool { abs(a / b - 1) < 1e-9 }

  /// 7.2 J/tok are 2 kWh for a million tokens: $0.30 at $0.15.
  @Test func electricity() {
    let cost = TokenCost(energy: energy, speed: TokensPerSecond(50), assumed())
    #expect(near(cost.electricity.low.value, 0.30))
    #expect(near(cost.electricity.central.value, 0.75))
    #expect(near(cost.electricity.high.value, 1.5))
    let dear = TokenCost(
      energy: energy, speed: TokensPerSecond(50),
      assumed { ($0.dollarsPerKilowattHour, $0.pue) = (0.30, 1.5) })
    #expect(near(dear.electricity.low.value, 0.90))
  }

  /// 50 tok/s are 180,000 tokens an hour: $3.60 an hour are $20 for a million.
  @Test func rent() throws {
    let cost = TokenCost(energy: energy, speed: TokensPerSecond(50), assumed { $0.dollarsPerHour = 3.6 })
    #expect(near(try #require(cost.rented.value).central.value, 20))
    let idle = TokenCost(
      energy: energy, speed: TokensPerSecond(50),
      assumed { ($0.dollarsPerHour, $0.utilisation) = (3.6, 0.5) })
    #expect(near(try #require(idle.rented.value).low.value, 40))
  }

  /// $8,766 over one year of 8,766 hours are $1 an hour: 180,000 tokens, $5.56 a million, and electricity.
  @Test func purchase() throws {
    let one = assumed { ($0.price, $0.lifetimeYears) = (Dollars(8766), 1) }
    let owned = try #require(TokenCost(energy: energy, speed: TokensPerSecond(50), one).owned.value)
    #expect(near(owned.low.value, 1 / 0.18 + 0.30))
    #expect(near(owned.high.value, 1 / 0.18 + 1.5))
    var half = one
    half.utilisation = 0.5
    let idle = try #require(TokenCost(energy: energy, speed: TokensPerSecond(50), half).owned.value)
    #expect(near(idle.low.value, 2 / 0.18 + 0.30))
  }

  /// The formula with power in it, as it is usually written, gives the same.
  @Test func ownedAsUsuallyWritten() throws {
    let assumed = assumed { ($0.price, $0.pue) = (Dollars(120), 1.2) }
    let (speed, joules) = (TokensPerSecond(6.5), JoulesPerToken(2))
    let owned = try #require(TokenCost(energy: Spread(joules), speed: speed, assumed).owned.value)
    let watts = joules.value * speed.value
    let hourly = 120 / (3 * 8766) + watts * 1.2 * 0.15 / 1000
    #expect(near(owned.central.value, hourly / (6.5 * 3600) * 1e6))
  }

  /// 2 kWh at 400 g.
  @Test func carbon() throws {
    let cost = TokenCost(energy: energy, speed: TokensPerSecond(50), assumed { $0.gridGrams = 400 })
    #expect(near(try #require(cost.carbon.value).low.value, 800))
  }

  @Test func whatWasNotGivenIsMissingAndSaysSo() {
    let cost = TokenCost(energy: energy, speed: TokensPerSecond(50), assumed())
    #expect(cost.rented.reason == "no rent given; state it with --usd-per-hour")
    #expect(cost.owned.reason?.contains("--price") == true)
    #expect(cost.carbon.reason?.contains("--grid-gco2") == true)
  }

  @Test func everyAssumptionIsPrintedWithItsOption() {
    let text = assumed { ($0.price, $0.dollarsPerHour, $0.gridGrams) = (Dollars(80), 2, 363.5) }.lines
    #expect(
      text == [
        "electricity at $0.150 per kWh (--usd-per-kwh)", "1 W drawn for each watt of the machine (--pue)",
        "the machine works 100 % of the time (--utilisation)", "bought for $80 (--price)",
        "worth nothing after 3 years (--lifetime)", "rented for $2 per hour (--usd-per-hour)",
        "grid emits 364 g CO2 per kWh (--grid-gco2)",
      ])
    #expect(assumed().lines.filter { $0.hasPrefix("no ") }.count == 3)
  }

  @Test func assumptionsSurviveJSON() throws {
    let all = assumed { ($0.price, $0.gridGrams) = (Dollars(80), 363.5) }
    #expect(try JSONDecoder().decode(CostAssumptions.self, from: JSONEncoder().encode(all)) == all)
  }
}
