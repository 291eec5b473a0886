import Judgement
import Statistics
import Testing

@Suite struct HistoryCensusTests {
  private func quiet(_ random: inout SeededGenerator, count: Int, at: Int = .max, step: Double = 1)
    -> [HistoryPoint]
  {
    var history = MadeUpHistory(random: random)
    defer { random = history.random }
    return history.points(.noise, count: count, at: at, step: step)
  }

  @Test func theCensusCountsWhatWasJudged() {
    var random = SeededGenerator(seed: 2)
    let series = (0..<40).map {
      HistorySeries(id: "case \($0)", points: quiet(&random, count: $0 < 3 ? 4 : 12))
    }
    let judgement = HistoryJudge.judge(series)
    #expect(judgement.census.description == "judged 37 of 40, 3 too short")
    #expect(judgement.series.map(\.id) == series.map(\.id) && !judgement.hasRegression)
    #expect(HistoryJudge.judge([HistorySeries]()).census.description == "judged 0 of 0")
    #expect(HistoryJudge.judge([series[5]]).census.description == "judged 1 of 1")
  }

  @Test func oneRegressionAmongManySeriesIsFound() throws {
    var random = SeededGenerator(seed: 3)
    let series = (0..<40).map {
      HistorySeries(id: "\($0)", points: quiet(&random, count: 30, at: $0 == 17 ? 15 : .max, step: 1.1))
    }
    let judgement = HistoryJudge.judge(series)
    #expect(judgement.hasRegression)
    #expect(judgement.series.filter { !$0.judgement.findings.isEmpty }.map(\.id) == ["17"])
    let alone = try #require(HistoryJudge.judge(series[17].points).findings.first)
    #expect(try #require(judgement.series[17].judgement.findings.first).p > alone.p)
  }

  /// A step that passes alone with little to spare is one that chance shows somewhere among many quiet
  /// series.
  @Test func whatChanceWouldShowAmongManyIsWithheld() throws {
    let before = [1.001, 1.003, 1, 1.004, 1.002]
    let after = [1.0517, 1.0513, 1.0542, 1.0525, 1.0515, 1.0535]
    let points = (before + after).enumerated().map {
      HistoryPoint(id: "", order: $0.offset, value: $0.element)
    }
    let alone = HistoryJudge.judge([HistorySeries(id: "edge", points: points)])
    let p = try #require(alone.series[0].judgement.findings.first).p
    #expect(alone.withheld == 0 && p > 0.005 && p < 0.05)
    let level = points.map {
      HistoryPoint(id: "", order: $0.order, value: 1 + Double($0.order * 7 % 20) * 1e-4)
    }
    let quiet = (0..<Int(0.06 / p)).map { HistorySeries(id: "\($0)", points: level) }
    let judgement = HistoryJudge.judge([HistorySeries(id: "edge", points: points)] + quiet)
    #expect(judgement.withheld == 1 && !judgement.hasRegression && judgement.census.judged == quiet.count + 1)
  }
}
