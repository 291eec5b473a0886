import Statistics
import Testing

@Suite struct EstimateTests {
  @Test func meansAreAsNumPyComputesThem() throws {
    // x = [1, 2, 4, 8]: x.mean(), x.std(ddof=1) / sqrt(4)
    let mean = Estimate(meanOf: [1, 2, 4, 8])
    #expect(mean.value == 3.75)
    #expect(abs(try #require(mean.error) - 1.5478479684172259) < 1e-15)
    let interval = try #require(mean.interval)
    #expect(abs(interval.lowerBound - (3.75 - 1.96 * 1.5478479684172259)) < 1e-14)
    #expect(abs(interval.upperBound - (3.75 + 1.96 * 1.5478479684172259)) < 1e-14)
  }

  @Test func largeMeansKeepTheirError() throws {
    // The mean of squares less the square of the mean would leave nothing here.
    let error = try #require(Estimate(meanOf: [1e9, 1e9 + 1, 1e9 + 2]).error)
    #expect(abs(error - 0.5773502691896258) < 1e-12)
  }

  @Test func oneSampleHasNoError() {
    let single = Estimate(meanOf: [5])
    #expect(single == Estimate(5, error: nil) && single.interval == nil)
    #expect(single.mapped({ 2 * $0 }, slope: 2) == Estimate(10, error: nil))
  }

  @Test func errorsFollowTheSlope() {
    #expect(Estimate(3, error: 0.5).mapped({ $0 * $0 }, slope: 6) == Estimate(9, error: 3))
    #expect(Estimate(3, error: 0.5).mapped({ -$0 }, slope: -1) == Estimate(-3, error: 0.5))
  }
}
