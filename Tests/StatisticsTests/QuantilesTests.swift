import Statistics
import Testing

@Suite struct QuantilesTests {
  @Test func interpolatesAsNumPyDoes() {
    // numpy.quantile([1, 2, 4, 8], [0, .25, .5, .9, 1])
    let sorted = [1.0, 2, 4, 8]
    for (q, expected) in [(0, 1.0), (0.25, 1.75), (0.5, 3), (0.9, 6.8), (1, 8)] {
      #expect(abs(Quantiles.quantile(ofSorted: sorted, q) - expected) < 1e-12)
    }
  }
}

@Suite struct PairedRatioTests {
  @Test func driftCancelsAndTheInverseIsExact() throws {
    let b = [1.0, 2, 3, 4, 5, 6, 7, 8], a = b.map { 2 * $0 }
    let ratio = try #require(PairedRatio.interval(a, over: b))
    #expect(abs(ratio.median - 2) < 1e-12 && abs(ratio.high - ratio.low) < 1e-12)
    let inverse = try #require(PairedRatio.interval(b, over: a))
    #expect(abs(inverse.median * ratio.median - 1) < 1e-12)
    #expect(PairedRatio.interval([], over: b) == nil)
  }
  @Test func sameSeedSameNumbers() {
    var a = SeededGenerator(seed: 1), b = SeededGenerator(seed: 1)
    for _ in 0..<1000 {
      let x = a.symmetric()
      #expect(x == b.symmetric() && x >= -1 && x < 1)
    }
  }
}
