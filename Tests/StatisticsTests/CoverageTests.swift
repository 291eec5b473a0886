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
  @Test(arguments: [6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 20, 22, 24, 50, 100], [0, 0.1, 0.2, 0.3])
  func mediansAreCovered(count: Int, correlation: Double) {
    let share = coverage { random in
      MedianInterval(of: random.correlated(count, by: correlation).map { exp(0.5 * $0) })
    }
    #expect(share >= 0.93 - Self.slack && share <= 0.98 + Self.slack, "\(share)")
  }

  /// Pairs that share the machine's slow moods, and differ by skewed noise with a correlation of its own.
  @Test(arguments: [8, 12, 24, 60], [0, 0.1, 0.3]) func ratiosAreCovered(count: Int, correlation: Double) {
    let share = coverage { random in
      let mood = random.correlated(count, by: 0.8).map { exp(0.3 * $0) }
      let noise = random.correlated(count, by: correlation).map { exp(0.2 * $0 + 0.05 * $0 * $0) }
      let other = random.correlated(count, by: correlation).map { exp(0.2 * $0 + 0.05 * $0 * $0) }
      return PairedRatio.interval(zip(mood, noise).map(*), over: zip(mood, other).map(*))
    }
    #expect(share >= 0.93 - Self.slack && share <= 0.98 + Self.slack, "\(share)")
  }
}
