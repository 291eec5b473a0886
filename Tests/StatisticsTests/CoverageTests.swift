import Foundation
import MadeUpNoise
import Statistics
import Testing

/// How often the 95 % intervals of reports cover the truth. PERWATT_COVERAGE=20000 takes more sets of samples
/// than the suite has time for.
@Suite struct CoverageTests {
  static let sets = ProcessInfo.processInfo.environment["PERWATT_COVERAGE"].flatMap(Int.init) ?? 1500
  /// Twice the standard error of a share near 95 %.
  static let slack = 2 * (0.95 * 0.05 / Double(sets)).squareRoot()

  /// The share of sets of samples whose interval covers 1.
  private func coverage(_ interval: (inout SeededGenerator) -> MedianInterval?) -> Double {
    var random = SeededGenerator(seed: 5)
    let hits = (0..<Self.sets).count { _ in interval(&random).map { $0.low <= 1 && 1 <= $0.high } ?? false }
    return Double(hits) / Double(Self.sets)
  }

  /// Times with a long tail: log-normal, with a standard deviation of 50 % of the median, each correlated
  /// with the one before.
  @Test(arguments: [6, 10, 12, 20, 24, 50, 100], [0, 0.1, 0.2, 0.3])
  func mediansAreCovered(count: Int, correlation: Double) {
    let share = coverage { random in
      MedianInterval(of: random.correlated(count, by: correlation).map { exp(0.5 * $0) })
    }
    // Too few samples to know their correlation: six have no wider interval than all of them.
    let least = count < 12 ? 0.93 - 0.05 * correlation : 0.93
    #expect(share >= least - Self.slack && share <= 0.98 + Self.slack, "\(share)")
  }

  /// Pairs that share the machine's slow moods, and differ by skewed noise with a correlation of its own.
  @Test(arguments: [8, 12, 24, 60], [0, 0.1, 0.3]) func ratiosAreCovered(count: Int, correlation: Double) {
    let share = coverage { random in
      let mood = random.correlated(count, by: 0.8).map { exp(0.3 * $0) }
      let noise = random.correlated(count, by: correlation).map { exp(0.2 * $0 + 0.05 * $0 * $0) }
      let other = random.correlated(count, by: correlation).map { exp(0.2 * $0 + 0.05 * $0 * $0) }
      return PairedRatio.interval(zip(mood, noise).map(*), over: zip(mood, other).map(*))
    }
    // Eight samples can have 99.2 % or 93 %, and take the former.
    #expect(share >= 0.93 - Self.slack && share <= (count == 8 ? 0.9922 : 0.98) + Self.slack, "\(share)")
  }
}
