import Statistics
import Testing

@Suite struct BootstrapTests {
  private func mean(_ samples: [Double]) -> Double { samples.reduce(0, +) / Double(samples.count) }

  /// Two implementations with random numbers of their own: the ends of their intervals agree to a few
  /// percent.
  private func expect(_ bootstrap: Bootstrap, gives ends: [Double]) throws {
    let interval = bootstrap.interval(of: try Oracle.shared.get().bootstrap.x, mean)
    let slack = 0.02 * (ends[1] - ends[0])
    #expect(abs(interval.lowerBound - ends[0]) < slack && abs(interval.upperBound - ends[1]) < slack)
  }

  @Test func intervalsAreSciPys() throws {
    let oracle = try Oracle.shared.get().bootstrap
    try expect(Bootstrap(draws: 20_000), gives: oracle.percentile)
    try expect(Bootstrap(draws: 20_000, method: .biasCorrected), gives: oracle.bca)
    try expect(Bootstrap(draws: 20_000, block: 5), gives: oracle.block5)
    // The three differ by more than that, so that none passes for another.
    let width = oracle.percentile[1] - oracle.percentile[0]
    #expect(abs(oracle.bca[1] - oracle.percentile[1]) > 0.04 * width)
    #expect(abs(oracle.block5[0] - oracle.percentile[0]) > 0.04 * width)
  }

  @Test func theSeedDecides() throws {
    let x = try Oracle.shared.get().bootstrap.x
    let once = Bootstrap(seed: 3).interval(of: x, Quantiles.median)
    #expect(Bootstrap(seed: 3).interval(of: x, Quantiles.median) == once)
    #expect(Bootstrap(seed: 4).interval(of: x, mean) != Bootstrap(seed: 3).interval(of: x, mean))
  }

  @Test func oneSampleIsItsOwnInterval() {
    #expect(Bootstrap().interval(of: [7], mean) == 7...7)
    #expect(Bootstrap(method: .biasCorrected).interval(of: [7, 7, 7], mean) == 7...7)
    #expect(Bootstrap(block: 9).interval(of: [1, 2, 3], mean) == 2...2)
  }

  @Test func wholeBlocksAreDrawn() {
    // Blocks of three of 0 1 2 3 …: neighbours stay neighbours, also in the last block, which is cut short.
    let samples = (0..<8).map(Double.init)
    _ = Bootstrap(draws: 50, block: 3).interval(of: samples) { drawn in
      #expect(drawn.count == 8)
      for place in [1, 2, 4, 5, 7] { #expect(drawn[place] == drawn[place - 1] + 1) }
      return drawn[0]
    }
  }
}
