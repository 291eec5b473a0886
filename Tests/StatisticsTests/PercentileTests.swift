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
}
