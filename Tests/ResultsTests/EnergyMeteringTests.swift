import Foundation
import Quantities
import Testing

@testable import Results

/// 80 tokens in a window of `length` seconds at 12 W, and idle windows of so many watts.
func meteredFigure(
  length: Double = 4, idle: (Double, Double) = (3, 3.2), tier: String = "measured", readings: Int? = 100
) -> EnergyFigure {
  let gross = JoulesPerToken(12 * length / 80)
  var figure = EnergyFigure(
    origin: EnergyOrigin(source: "INA226 (5V_IN)", boundary: "board-input", tier: tier),
    perToken: JoulesPerTokenRange(low: gross, central: gross, high: gross), window: Seconds(length),
    tokens: Tokens(80))
  var metering = EnergyMetering(
    idleBefore: .measured(Watts(idle.0)), idleWindow: Seconds(10), shortestWindow: Seconds(4),
    readings: readings, smallestDifference: .measured(0.012))
  metering.idleAfter = .measured(Watts(idle.1))
  figure.metering = metering
  return figure
}

@Suite struct EnergyMeteringTests {
  @Test func netIsGrossLessTheMeanOfBothIdleWindows() throws {
    let net = try #require(meteredFigure().netPerToken.value)
    #expect(abs(net.value - (12 - 3.1) * 4 / 80) < 1e-12)
    #expect(meteredFigure().problems.isEmpty)
    #expect(meteredFigure(idle: (12, 12.5)).netPerToken.reason?.contains("no more power") == true)
  }
  @Test(arguments: [(3.0, 3.29, true), (3, 3.31, false), (3.31, 3, false)])
  func idleMayMoveByATenth(before: Double, after: Double, isValid: Bool) {
    let problems = meteredFigure(idle: (before, after)).problems
    #expect(problems.isEmpty == isValid && (isValid || problems[0].hasPrefix("idle power moved from 3.")))
  }
  @Test func aShortWindowIsInvalid() {
    #expect(
      meteredFigure(length: 3.9).problems
        == ["window too short: 3.90 s of the 4.00 s that this meter needs"])
    #expect(meteredFigure(readings: 99).problems == ["window too short: 99 of 100 readings"])
    #expect(meteredFigure(readings: nil).problems.isEmpty)
  }
  @Test func withoutItsIdleWindowAFigureIsInvalid() throws {
    var figure = meteredFigure()
    figure.metering?.idleAfter = .missing(reason: "the sensor fell off")
    #expect(figure.problems == ["no idle power: the sensor fell off"])
    #expect(figure.netPerToken.reason?.contains("fell off") == true)
    let row = EnergyRecord(model: "m", backend: "b", phase: .decode, energy: .measured(figure))
    #expect(row.comparable.reason?.hasSuffix("no idle power: the sensor fell off") == true)
  }
  @Test func whatIsNotMeteredHasNoNet() {
    var figure = meteredFigure(tier: "proxy")
    figure.metering = nil
    #expect(figure.netPerToken.value == nil && figure.problems.isEmpty && figure.isProxy)
  }
  @Test func unitsStandInTheNamesOfTheFields() throws {
    let figure = meteredFigure()
    let data = try JSONEncoder().encode(figure)
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let metering = try #require(object?["metering"] as? [String: Any])
    #expect(
      Set(metering.keys) == [
        "idle_before_w", "idle_after_w", "idle_window_s", "shortest_window_s", "readings",
        "smallest_difference",
      ])
    #expect(try JSONDecoder().decode(EnergyFigure.self, from: data) == figure)
  }
}
