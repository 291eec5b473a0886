import Quantities
import Results
import Testing

@testable import Judgement

@Suite struct ComparedEnergyTests {
  /// A metered figure of so many joules for each token.
  private func figure(
    _ joules: Double, boundary: String = "socket", tier: String = "measured", window: Double = 2,
    seen: Reading<Double> = .measured(0.01)
  ) -> EnergyFigure {
    let gross = JoulesPerToken(joules)
    var figure = EnergyFigure(
      origin: EnergyOrigin(source: "RAPL", boundary: boundary, tier: tier),
      perToken: JoulesPerTokenRange(low: gross, central: gross, high: gross), window: Seconds(window),
      tokens: Tokens(80))
    var metering = EnergyMetering(
      idleBefore: .measured(Watts(1)), idleWindow: Seconds(10), shortestWindow: Seconds(2), readings: nil,
      smallestDifference: seen)
    metering.idleAfter = .measured(Watts(1))
    figure.metering = metering
    return figure
  }

  /// A run whose decode took so long and so much.
  private func run(_ figures: EnergyFigure..., caseID: String = "decode.tiny", time: Double = 1e-3) throws
    -> RunRecord
  {
    var noise = Noise(seed: 7)
    let times = (0..<24).map { _ in noise.time(time, spread: 0.01, isBusy: false) }
    var record = storedRun([try storedCase(caseID, [("simd", times)], group: "model")])
    let phase = PhaseRecord(phase: .decode, caseID: caseID, roofline: .missing(reason: "no peak"))
    record.models = [
      ModelRecord(
        name: "tiny", source: .synthetic, config: [:], weights: Bytes(1),
        backends: [BackendRecord(backend: "simd", phases: [phase])])
    ]
    record.energy = figures.map {
      EnergyRecord(model: "tiny", backend: "simd", phase: .decode, energy: .measured($0))
    }
    return record
  }

  private func compare(_ old: RunRecord..., with new: RunRecord...) throws -> Comparison {
    try Comparison(RunSide(name: "new", runs: new), over: RunSide(name: "old", runs: old))
  }

  @Test func energyIsTheRatioOfTheMedians() throws {
    let old = try [0.2, 0.9, 0.1].map { try run(figure($0)) }
    let found = try compare(old[0], old[1], old[2], with: try run(figure(0.3, seen: .measured(0.03))))
    let row = try #require(found.energy?.first)
    #expect(found.energy?.count == 1 && row.id == "decode.tiny" && row.label == "simd")
    #expect(abs((row.ratio.value ?? 0) - 1.5) < 1e-12 && row.visible == 0.03)
    #expect((row.reference, row.candidate) == (JoulesPerToken(0.2), JoulesPerToken(0.3)))
  }

  /// Ten times the energy at the same speed closes no gate.
  @Test func noVerdictHangsOnEnergy() throws {
    let found = try compare(try run(figure(0.1)), with: try run(figure(1)))
    #expect(found.energy?[0].ratio.value == 10)
    #expect(
      found.rows.count == 1 && found.count(.slower) == 0 && found.rows.allSatisfy { $0.label == "simd" })
  }

  @Test func whatMustNotBeDividedIsNot() throws {
    let usual = figure(0.2)
    let others: [(EnergyFigure, String)] = [
      (figure(0.1, boundary: "wall"), "socket, measured against wall, measured"),
      (figure(0.1, tier: "estimated"), "socket, estimated against socket, measured"),
      (figure(0.1, window: 1.5), "invalid: window too short"),
    ]
    for (other, message) in others {
      for found in [
        try compare(try run(usual), with: try run(other)), try compare(try run(other), with: try run(usual)),
      ] {
        let row = try #require(found.energy?.first)
        #expect(row.ratio.value == nil && row.ratio.reason?.contains(message) == true, "\(row.ratio)")
      }
    }
    var (a, b) = (figure(0.1, tier: "proxy"), figure(0.2, tier: "proxy"))
    (a.metering, b.metering) = (nil, nil)
    let proxies = try compare(try run(a), with: try run(b)).energy?.first
    #expect(proxies?.ratio.reason?.contains("a proxy is no measurement") == true && proxies?.visible == nil)
  }

  @Test func aCaseThatWasMeasuredOtherwiseHasNoRatio() throws {
    var (old, new) = (try run(figure(0.1)), try run(figure(0.2)))
    let same = try storedCase("kernel.same", [("simd", Array(repeating: 1e-3, count: 24))])
    old.cases.append(same)
    new.cases.append(same)
    new.cases[0].work.flops = FLOPs(7)
    let row = try #require(try compare(old, with: new).energy?.first)
    #expect(row.ratio == .missing(reason: "the case was measured otherwise"))
  }

  /// Another length of the prompt is another case.
  @Test func otherWorkIsNotPaired() throws {
    let old = try run(figure(0.1))
    var new = try run(figure(0.2))
    new.models[0].backends[0].phases[0].caseID = "decode.other"
    #expect(try compare(old, with: new).energy == nil)
    #expect(try compare(old, with: try run()).energy == nil)
  }
}
