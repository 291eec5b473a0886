import Quantities
import Results
import Testing

@testable import Judgement

@Suite struct DistillGainTests {
  private typealias M = MadeUpSession

  private func session(_ labels: [Double], _ distilled: [Double]) -> DistillRecord {
    var record = M.empty()
    for (index, loss) in labels.enumerated() {
      record.models.append(M.model(.labels, seed: UInt64(index), loss: loss))
    }
    for (index, loss) in distilled.enumerated() {
      record.models.append(M.model(.distilled, seed: UInt64(index), loss: loss))
    }
    return record
  }

  /// 0.03 ± t · s / √5, with 2.7764451051977987 for SciPy's t.ppf(0.975, 4).
  @Test func intervalIsStudentsOverPairs() throws {
    let record = session([0.12, 0.14, 0.13, 0.15, 0.11], [0.1, 0.1, 0.1, 0.1, 0.1])
    let gain = try #require(record.gains.first)
    #expect(gain.rival == .labels && gain.wins == 5 && abs(gain.mean - 0.03) < 1e-12)
    let interval = try #require(gain.interval)
    #expect(abs(interval.lowerBound - 0.010367568385224431) < 1e-9)
    #expect(abs(interval.upperBound - 0.04963243161477557) < 1e-9)
    #expect(gain.verdict == .better)
  }

  @Test func verdictNeedsThreeSeedsAndAnIntervalOnOneSide() {
    #expect(session([0.2, 0.2], [0.1, 0.11]).gains.first?.verdict == .undecided)
    #expect(session([0.2], [0.1]).gains.first?.interval == nil)
    #expect(session([0.2, 0.1, 0.3], [0.1, 0.2, 0.2]).gains.first?.verdict == .undecided)
    #expect(session([0.1, 0.1, 0.1], [0.2, 0.21, 0.2]).gains.first?.verdict == .worse)
  }

  @Test func onlyPairsOfOneSeedCount() {
    var record = session([0.2, 0.3, 0.4], [0.1, 0.1])
    #expect(record.gains.first?.differences == [0.1, 0.19999999999999998])
    record.models.removeAll { $0.role == .distilled }
    #expect(record.gains.isEmpty)
  }

  /// Without the corpus' own probabilities, cross-entropies are compared.
  @Test func crossEntropyStandsInForAnUnknownFloor() {
    var record = session([0.2, 0.3, 0.4], [0.1, 0.1, 0.1])
    for index in record.models.indices {
      record.models[index].quality.aboveFloor = .missing(reason: "a text")
    }
    #expect(abs((record.gains.first?.mean ?? 0) - 0.2) < 1e-12)
  }

  @Test func costToATargetIsReadOffTheCurve() throws {
    var record = M.empty()
    var labels = M.model(.labels, loss: 0)
    labels.training = .measured(M.training(seconds: 2, flops: 1e9))
    var distilled = M.model(.distilled, loss: 0)
    var faster = M.training(seconds: 4, flops: 1e9)
    faster.curve = [
      CurvePoint(tokens: 1000, time: Seconds(1), crossEntropy: 1.5),
      CurvePoint(tokens: 2000, time: Seconds(2), crossEntropy: 0.5),
      CurvePoint(tokens: 4000, time: Seconds(4), crossEntropy: 0.1),
    ]
    distilled.training = .measured(faster)
    record.models = [labels, distilled]
    #expect(record.targetLoss == 1)
    record.costs.dollarsPerHour = 3600
    let cost = try #require(record.cost(of: distilled))
    #expect(cost.tokens == Tokens(1500) && cost.time == Seconds(1.5))
    // 200 J over 4 s.
    #expect(cost.joules.value == Joules(75))
    let dollars = try #require(cost.dollars.value?.value)
    #expect(abs(dollars - (75 / 3.6e6 * 0.15 + 1.5)) < 1e-12)
    var slow = distilled
    faster.curve = [CurvePoint(tokens: 4000, time: Seconds(4), crossEntropy: 2)]
    slow.training = .measured(faster)
    #expect(record.cost(of: slow) == nil)
  }

  @Test func frontHoldsWhatNobodyBeats() throws {
    var record = M.empty(sizes: ["w16", "w32", "w48"])
    record.models = [
      M.model(.teacher, "teacher", loss: 0.05, flops: 9e3), M.model(.distilled, "w16", loss: 0.3, flops: 1e3),
      M.model(.distilled, "w32", loss: 0.4, flops: 2e3), M.model(.distilled, "w48", loss: 0.2, flops: 4e3),
    ]
    let fronts = record.fronts
    #expect(fronts.map(\.cost) == [.flops, .bytes])
    #expect(fronts[0].points.map(\.name) == ["w16", "w32", "w48", "teacher"])
    #expect(fronts[0].points.map(\.isOnFront) == [true, false, true, true])
    record.settings.sizes = ["w16"]
    #expect(record.fronts.isEmpty)
  }

  /// Ten times the operations, half a nat less.
  @Test func gainPerDecadeIsTheSlopeOverLogarithms() throws {
    var record = M.empty()
    record.models = [1e9, 1e10, 1e11].enumerated().map { index, flops in
      var model = M.model(.labels, seed: UInt64(index), loss: 2 - 0.5 * Double(index))
      model.training = .measured(M.training(seconds: 1, flops: flops))
      return model
    }
    #expect(abs(try #require(record.gainPerDecade) - 0.5) < 1e-9)
    record.models.removeLast(2)
    #expect(record.gainPerDecade == nil)
  }
}
