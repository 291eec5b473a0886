import Statistics
import Testing

@testable import Measurement

/// Ratios of what was measured in rounds.
@Suite struct RatioTests {
  private struct Sampled: SampledInRounds {
    var samples: [Double]
    var rounds: [Int]
    var isTimed = true
  }

  @Test func ratiosAreOfTheSameRound() throws {
    let slow = Sampled(samples: [2, 4, 8, 100], rounds: [0, 1, 2, 5])
    let fast = Sampled(samples: [1, 7, 2, 4], rounds: [0, 4, 1, 2])
    let ratio = try #require(slow.ratio(over: fast))
    #expect(abs(ratio.median - 2) < 1e-12 && ratio.count == 3)
    #expect(abs(try #require(fast.ratio(over: slow)).median - 0.5) < 1e-12)
    #expect(slow.ratio(over: Sampled(samples: [1], rounds: [9])) == nil)
  }

  @Test func theBestIsTheFastestThatWasTimed() throws {
    let all = [
      Sampled(samples: [3, 3], rounds: [0, 1]), Sampled(samples: [2, 2], rounds: [0, 1]),
      Sampled(samples: [1, 1], rounds: [0, 1], isTimed: false), Sampled(samples: [], rounds: []),
    ]
    #expect(try #require(all.best).samples == [2, 2])
    #expect(abs(try #require(all.ratioToBest(all[0])).median - 1.5) < 1e-12)
    #expect(all.ratioToBest(all[2]) == nil && all.ratioToBest(all[3]) == nil)
  }
}
