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

  /// Changes of that size are called as often as `power` says.
  @Test(arguments: [(8, 0.8), (20, 0.8), (41, 0.5)])
  func changesAreCalledThatOften(count: Int, power: Double) throws {
    var random = SeededGenerator(seed: 11)
    let (spread, floor, runs) = (0.02, 0.01, 3000)
    let share = try #require(
      SmallestEffect.share(count: count, spread: spread, floor: floor, power: power))
    let called = (0..<runs).count { _ in
      let logs = (0..<count).map { _ in LogRatio.of(share: share) + spread * random.normal() }
      return MedianInterval(of: logs).low > LogRatio.of(share: floor)
    }
    let error = (power * (1 - power) / Double(runs)).squareRoot()
    #expect(abs(Double(called) / Double(runs) - power) < 4 * error)
  }

  @Test func logRatiosAreSharesAgain() {
    #expect(
      LogRatio.pairs([2, 3, 5], over: [1, 3]).map(LogRatio.share).map { ($0 * 1e9).rounded() } == [1e9, 0])
    #expect(agree(LogRatio.share(LogRatio.of(share: 0.05)), 0.05))
  }
}
