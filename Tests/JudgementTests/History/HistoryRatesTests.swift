import Foundation
import Judgement
import Statistics
import Testing

/// How often made-up histories are accused. PERWATT_HISTORIES=1000 takes more of them than the suite has time
/// for.
@Suite struct HistoryRatesTests {
  static let count = ProcessInfo.processInfo.environment["PERWATT_HISTORIES"].flatMap(Int.init) ?? 200

  @Test(arguments: MadeUpHistory.Kind.allCases, [10, 13, 20, 40])
  func quietHistoriesAreHardlyEverAccused(kind: MadeUpHistory.Kind, points: Int) {
    var histories = MadeUpHistory(random: SeededGenerator(seed: 41))
    let accused = (0..<Self.count).count { _ in
      !HistoryJudge.judge(histories.points(kind, count: points)).findings.isEmpty
    }
    // A share of 1 % and its standard error.
    let share = 0.01 + (0.01 * 0.99 / Double(Self.count)).squareRoot()
    #expect(Double(accused) <= share * Double(Self.count), "\(accused) of \(Self.count)")
  }

  /// The share of histories in which the step, and nothing else, is found.
  private func power(
    _ step: Double, of count: Int = Self.count, _ points: (inout MadeUpHistory) -> [HistoryPoint]
  ) -> Double {
    var histories = MadeUpHistory(random: SeededGenerator(seed: 43))
    let found = (0..<count).count { _ in
      let findings = HistoryJudge.judge(points(&histories)).findings
      return findings.count == 1 && findings[0].verdict == (step > 1 ? .slower : .faster)
    }
    return Double(found) / Double(count)
  }

  /// After 10 and 10 points. One who knew the noise and which points are outliers would find 97.8 % of them, and 96.3 %
  /// among outliers, if he accused one quiet history in a hundred.
  @Test(
    arguments: [(MadeUpHistory.Kind.noise, 0.95), (.correlated, 0.95), (.outliers, 0.82)], [1.05, 1 / 1.05])
  func stepsOfFivePercentAreFound(kind: (MadeUpHistory.Kind, least: Double), step: Double) {
    let found = power(step) { $0.points(kind.0, count: 20, at: 10, step: step) }
    #expect(found >= kind.least, "\(found)")
  }

  /// Ten and ten runs of one CPU among those of another one.
  @Test(arguments: [1.05, 1 / 1.05]) func runsOfAnotherCPUAreNoObstacle(step: Double) {
    let found = power(step, of: 3 * Self.count) {
      $0.amongOthers($0.points(.correlated, count: 20, at: 10, step: step))
    }
    // Twice the standard error of a share of 95 %.
    let slack = 2 * (0.95 * 0.05 / Double(3 * Self.count)).squareRoot()
    #expect(found >= 0.95 - slack, "\(found)")
  }

  /// A step of 5 % hides between modes 10 % apart: a quarter of all pairs goes the other way.
  @Test func stepsBeyondBothModesAreFound() {
    let found = power(1.15) { $0.points(.bimodal, count: 20, at: 10, step: 1.15) }
    #expect(found >= 0.93, "\(found)")
  }

  /// The p of a history holds what it says: it lies below any level no more often than that.
  @Test(arguments: [10, 11, 12, 15, 25, 50]) func theSearchIsPaidFor(points: Int) {
    var histories = MadeUpHistory(random: SeededGenerator(seed: 47))
    let p = (0..<5 * Self.count).map { _ in
      HistoryJudge.judge(histories.points(.noise, count: points)).p
    }
    for level in [0.2, 0.05, 0.02] {
      let expected = level * Double(p.count)
      #expect(Double(p.count { $0 <= level }) <= expected + 3 * expected.squareRoot(), "\(level)")
    }
  }
}
