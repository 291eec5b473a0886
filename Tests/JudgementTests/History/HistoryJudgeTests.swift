import Foundation
import Judgement
import Statistics
import Testing

@Suite struct HistoryJudgeTests {
  /// Values around the levels, a little up and down in turn, and never twice the same.
  private func points(_ levels: [(Double, Int)], wobble: Double = 0.004) -> [HistoryPoint] {
    let values = levels.flatMap { level, count in [Double](repeating: level, count: count) }
    return values.enumerated().map { index, level in
      let up = (index * 7 % 11) - 5
      return HistoryPoint(id: "\(index)", order: index, value: level * (1 + wobble * Double(up) / 5))
    }
  }

  @Test func aStepIsFoundWhereItIs() throws {
    let judgement = HistoryJudge.judge(points([(1e-3, 12), (1.1e-3, 9)]))
    let finding = try #require(judgement.findings.first)
    #expect(judgement.findings.count == 1 && judgement.status == .judged && judgement.points == 21)
    #expect(
      finding.kind == .step && finding.index == 12 && finding.verdict == .slower && finding.isRegression)
    #expect(abs(finding.ratio - 1.1) < 0.005 && abs(finding.before - 1e-3) < 1e-5)
    #expect(abs(finding.after - 1.1e-3) < 1e-5 && finding.p < 1e-3)
    let faster = try #require(HistoryJudge.judge(points([(1e-3, 12), (0.9e-3, 9)])).findings.first)
    #expect(faster.verdict == .faster && !faster.isRegression)
  }

  @Test func aFewPointsAreEnoughForALargeStep() {
    for count in [5, 6, 8] {
      #expect(HistoryJudge.judge(points([(1, 10), (1.3, count)])).findings.count == 1, "\(count)")
    }
    #expect(HistoryJudge.judge(points([(1, 5), (1.3, 5)])).findings.count == 1)
    #expect(HistoryJudge.judge(points([(1, 16), (1.3, 4)])).findings.isEmpty)
  }

  @Test func shortHistoriesSayHowManyPointsAreMissing() {
    #expect(HistoryJudge.judge(points([(1, 7)])).status == .tooShort(needs: 3))
    #expect(HistoryJudge.judge([]).status == .tooShort(needs: 10))
    #expect(HistoryJudge.judge(points([(1, 10)])).status == .judged)
  }

  @Test func changesBelowTheFloorsAreNone() {
    #expect(HistoryJudge.judge(points([(1, 15), (1.028, 15)], wobble: 0.001)).findings.isEmpty)
    #expect(HistoryJudge.judge(points([(1, 15), (1.032, 15)], wobble: 0.001)).findings.count == 1)
    #expect(HistoryJudge.judge(points([(1.032, 15), (1, 15)], wobble: 0.001)).findings.count == 1)
    #expect(HistoryJudge.judge(points([(9e-9, 15), (9.9e-9, 15)])).findings.isEmpty)
    #expect(HistoryJudge.judge(points([(11e-9, 15), (12.1e-9, 15)])).findings.count == 1)
  }

  /// A step of 10 % with three of the points before it this many times as high.
  private func judgeWithHighPoints(_ factor: Double) -> SeriesJudgement {
    var points = points([(1, 12), (1.1, 12)])
    for index in [2, 5, 9] { points[index].value *= factor }
    return HistoryJudge.judge(points)
  }

  @Test func outliersAreLeftOutUnlessTheyAreAMode() {
    for factor in [1.2, 1.5, 3] {
      let judgement = judgeWithHighPoints(factor)
      #expect(judgement.outliers == 3 && judgement.findings.map(\.index) == [12], "\(factor)")
    }
    // As high as the points after the step: a history that has always had two modes.
    let modes = judgeWithHighPoints(1.1)
    #expect(modes.outliers == 3 && modes.findings.isEmpty)
    // Nothing makes a program faster than it is.
    #expect(judgeWithHighPoints(0.7).outliers == 0)
  }

  @Test func aDriftIsOneFinding() throws {
    var points = points([(1, 30)])
    for index in points.indices { points[index].value *= 1 + 0.005 * Double(index) }
    let findings = HistoryJudge.judge(points).findings
    let finding = try #require(findings.first)
    #expect(findings.count == 1 && finding.kind == .drift && finding.verdict == .slower)
    // The first and the last of so even a drift lie as far from their neighbours as outliers.
    #expect(finding.index <= 1)
    #expect(abs(finding.ratio - 1.145) < 0.01 && abs(finding.after - 1.145) < 0.01)
    for index in points.indices { points[index].value = 1 / points[index].value }
    #expect(HistoryJudge.judge(points).findings.map(\.verdict) == [.faster])
  }

  @Test func anOldImprovementHidesNoRegression() {
    let findings = HistoryJudge.judge(points([(1, 15), (0.8, 15), (0.86, 10)])).findings
    #expect(findings.map(\.index) == [15, 30] && findings.map(\.verdict) == [.faster, .slower])
    #expect(findings.map(\.isRegression) == [false, true])
    let other = HistoryJudge.judge(points([(1, 15), (0.9, 15), (1.05, 15)])).findings
    #expect(other.map(\.index) == [15, 30] && other.map(\.isRegression) == [false, true])
  }

  @Test func whatWasRepairedIsNoRegressionAnyMore() {
    let findings = HistoryJudge.judge(points([(1, 12), (1.2, 12), (1.01, 12)])).findings
    #expect(findings.map(\.verdict) == [.slower, .faster] && findings[0].hasRecovered)
    #expect(findings.allSatisfy { !$0.isRegression })
    let half = HistoryJudge.judge(points([(1, 12), (1.2, 12), (1.1, 12)])).findings
    #expect(half.map(\.isRegression) == [true, false])
  }

  @Test func aBlessedLevelIsTheNewBeginning() {
    var points = points([(1, 12), (1.2, 12)])
    points[12].isBlessed = true
    let judgement = HistoryJudge.judge(points)
    #expect(judgement.findings.isEmpty && judgement.points == 12 && judgement.status == .judged)
    // Blessed a commit too early or too late, it is accepted all the same.
    for place in [10, 14] {
      var points = self.points([(1, 12), (1.2, 12)])
      points[place].isBlessed = true
      #expect(HistoryJudge.judge(points).findings.isEmpty)
    }
    points += self.points([(1.5, 10)]).map {
      HistoryPoint(id: "later", order: $0.order + 24, value: $0.value)
    }
    #expect(HistoryJudge.judge(points).findings.map(\.index) == [24])
  }

  @Test func onlyPointsLikeTheNewestAreJudged() {
    var points = points([(1, 12), (1.2, 12)])
    for index in 0..<14 { points[index].conditions = "another CPU" }
    let judgement = HistoryJudge.judge(points)
    #expect(judgement.findings.isEmpty && judgement.points == 10 && judgement.otherConditions == 14)
    // The newest valid point decides.
    points[23].invalid = "throttled"
    points[23].conditions = "another CPU"
    #expect(HistoryJudge.judge(points).status == .tooShort(needs: 1))
  }

  @Test func invalidPointsAreLeftOut() {
    var points = points([(1, 14)])
    for (index, value) in [(3, Double.nan), (4, 0), (5, -1), (6, .infinity)] { points[index].value = value }
    points[7].value = 9
    points[7].invalid = "stolen time"
    let judgement = HistoryJudge.judge(points)
    #expect(judgement.invalid == 5 && judgement.status == .tooShort(needs: 1))
  }

  @Test func commitsDecideTheOrder() {
    let points = points([(1, 12), (1.2, 12)])
    #expect(HistoryJudge.judge(points.reversed()).findings.map(\.index) == [11])
    var random = SeededGenerator(seed: 1)
    let shuffled = points.shuffled(using: &random)
    let finding = HistoryJudge.judge(shuffled).findings.first
    #expect(finding.map { shuffled[$0.index].id } == "12")
  }

  @Test func noStepLiesBetweenResultsOfOneCommit() {
    var points = points([(1, 12), (1.2, 12)])
    for index in 11...13 { points[index].order = 11 }
    #expect(HistoryJudge.judge(points).findings.map(\.index).allSatisfy { $0 == 11 || $0 == 14 })
    for index in points.indices { points[index].order = 0 }
    #expect(HistoryJudge.judge(points).findings.isEmpty)
  }

  @Test func overlappingIntervalsAreNoStep() {
    var points = points([(1, 12), (1.06, 12)])
    for index in points.indices {
      points[index].interval = points[index].value * 0.98...points[index].value * 1.02
    }
    #expect(HistoryJudge.judge(points).findings.count == 1)
    for index in points.indices {
      points[index].interval = points[index].value * 0.96...points[index].value * 1.04
    }
    #expect(HistoryJudge.judge(points).findings.isEmpty)
    points[0].interval = nil
    #expect(HistoryJudge.judge(points).findings.count == 1)
  }

  @Test func onlyTheNewestPointsAreJudged() {
    let judgement = HistoryJudge.judge(points([(1, 60), (2, 200)]))
    #expect(judgement.points == 200 && judgement.findings.isEmpty)
  }

  @Test func oneFastOutlierIsNoBaseline() {
    var points = points([(1, 20)])
    points[9].value = 0.5
    #expect(HistoryJudge.judge(points).findings.isEmpty)
    points[19].value = 1.8
    #expect(HistoryJudge.judge(points).findings.isEmpty)
  }
}
