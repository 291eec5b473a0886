import MadeUpNoise
import Statistics
import Testing

@Suite struct SmallestEffectTests {
  @Test func sharesAreSciPys() throws {
    for row in try Oracle.shared.get().smallestEffects {
      let share = SmallestEffect.share(count: row.count, spread: row.spread, floor: row.floor)
      #expect(agree(try #require(share), row.share, 1e-9))
    }
  }

  @Test func fewSamplesCallNothing() {
    #expect(SmallestEffect.share(count: 5, spread: 0.01, floor: 0) == nil)
    #expect(SmallestEffect.share(count: 0, spread: 0.01, floor: 0) == nil)
    #expect(SmallestEffect.share(count: 6, spread: 0, floor: 0.03).map { agree($0, 0.03) } == true)
  }

  /// What one set of log ratios says could have been called is called as often as `power` says, when it is
  /// there.
  @Test(arguments: [(20, 0.7), (41, 0.76), (200, 0.79)])
  func changesAreCalledAboutThatOften(count: Int, called expected: Double) {
    var random = SeededGenerator(seed: 11)
    let (spread, floor, runs) = (0.02, 0.01, 1500)
    func noise() -> [Double] { (0..<count).map { _ in spread * random.normal() } }
    let called = (0..<runs).count { _ in
      guard let share = SmallestEffect.share(ofLogRatios: noise(), floor: floor) else {
        return false
      }
      let moved = noise().map { $0 + LogRatio.of(share: share) }
      return MedianInterval(of: moved).low > LogRatio.of(share: floor)
    }
    // Short of 80 % as far as the spread is uncertain.
    #expect(abs(Double(called) / Double(runs) - expected) < 0.04, "\(called)")
  }

  /// With the true spread it is exact, where the interval knows of no dependence.
  @Test func knownSpreadsAreExact() throws {
    var random = SeededGenerator(seed: 13)
    let (spread, runs) = (0.02, 4000)
    let share = try #require(SmallestEffect.share(count: 11, spread: spread, floor: 0.01, power: 0.8))
    let called = (0..<runs).count { _ in
      let logs = (0..<11).map { _ in LogRatio.of(share: share) + spread * random.normal() }
      return MedianInterval(of: logs).low > LogRatio.of(share: 0.01)
    }
    #expect(abs(Double(called) / Double(runs) - 0.8) < 4 * (0.16 / Double(runs)).squareRoot())
  }

  @Test func logRatiosAreSharesAgain() {
    #expect(
      LogRatio.pairs([2, 3, 5], over: [1, 3]).map(LogRatio.share).map { ($0 * 1e9).rounded() } == [1e9, 0])
    #expect(agree(LogRatio.share(LogRatio.of(share: 0.05)), 0.05))
  }
}
