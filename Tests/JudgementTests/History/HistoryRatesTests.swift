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
    // A few slow runs in a row look like a step until more follow.
    let share = kind == .excursion ? 0.02 : 0.01
    #expect(Double(accused) <= share * Double(Self.count), "\(accused) of \(Self.count)")
  }

  @Test(arguments: [MadeUpHistory.Kind.noise, .correlated], [1.05, 1 / 1.05])
  func stepsOfFivePercentAreFound(kind: MadeUpHistory.Kind, step: Double) {
    var histories = MadeUpHistory(random: SeededGenerator(seed: 43))
    let found = (0..<Self.count).count { _ in
      let points = histories.points(kind, count: 20, at: 10, step: step)
      let findings = HistoryJudge.judge(points).findings
      return findings.count == 1 && findings[0].verdict == (step > 1 ? .slower : .faster)
    }
    #expect(Double(found) >= 0.95 * Double(Self.count), "\(found) of \(Self.count)")
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
