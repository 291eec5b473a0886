import Statistics
import Testing

@Suite struct PercentileTests {
  @Test(arguments: [(1, 10), (50, 10), (75, 20), (90, 50), (95, 100), (99, 500)])
  func fiveSamplesAreToLieBeyond(percent: Int, needed: Int) {
    #expect(Percentile.samplesNeeded(percent) == needed)
    let few = (1..<needed).map(Double.init)
    #expect(Percentile(percent, ofSorted: few) == .needs(more: 1))
    #expect(Percentile(percent, ofSorted: []) == .needs(more: needed))
    guard case .value = Percentile(percent, ofSorted: few + [Double(needed)]) else {
      Issue.record("\(needed) samples are enough")
      return
    }
  }
  @Test func theValueIsTheQuantile() {
    let sorted = (0...100).map(Double.init)
    #expect(Percentile(50, ofSorted: sorted) == .value(50) && Percentile(90, ofSorted: sorted) == .value(90))
  }

  @Test func upperBoundsNeedTheSamplesThatTheTheorySays() {
    // The largest sample is one where pⁿ ≤ 1 %.
    for (percent, needed) in [(50, 7), (90, 44), (95, 90), (99, 459)] {
      #expect(EarlyStopping.samplesNeeded(percent) == needed)
      let sorted = (1...needed).map(Double.init)
      #expect(Percentile.upperBound(percent, ofSorted: sorted) == .value(Double(needed)))
      #expect(Percentile.upperBound(percent, ofSorted: sorted.dropLast()) == .needs(more: 1))
      #expect(needed <= Percentile.samplesNeeded(percent))
    }
    #expect(Percentile.upperBound(99, ofSorted: []) == .needs(more: 459))
  }

  /// LoadGen takes the sample above ours (Fixtures/scripts/statistics.py has its rule).
  @Test func upperBoundsAreOneRankBelowLoadGens() throws {
    for row in try Oracle.shared.get().earlyStopping {
      #expect(try #require(EarlyStopping.rank(row.percent, count: row.count)) + 1 == row.rank)
    }
  }
}
