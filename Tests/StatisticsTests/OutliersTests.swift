import Statistics
import Testing

@Suite struct OutliersTests {
  @Test func neighboursDecideWhatIsAnOutlierOfASeries() {
    // A step by 3 and noise of 0.1, values off on each level; the last five are a level of their own.
    var series = (0..<25).map { (index: Int) -> Double in
      let level: Double = index < 10 ? 1 : index < 20 ? 4 : 7
      return level + 0.1 * Double(index * 7 % 5 - 2)
    }
    func found(_ threshold: Double = 4, least: Double = 0) -> [Int] {
      HampelIdentifier.indices(in: series, threshold: threshold, least: least)
    }
    #expect(found().isEmpty)
    // One is as high as the next level, one as low as the level before, and one higher than all.
    (series[4], series[15], series[13]) = (4, 1, 8)
    #expect(found() == [4, 13] && found(least: 3.5) == [13] && found(100).isEmpty)
    for few: [Double] in [[], [1, 1, 1]] { #expect(HampelIdentifier.indices(in: few, threshold: 4).isEmpty) }
  }

  @Test func robustScoresAreSciPys() throws {
    for row in try Oracle.shared.get().robust {
      #expect(agree(RobustZ.deviation(row.x), row.deviation))
      #expect(zip(RobustZ.scores(row.x), row.z).allSatisfy { agree($0, $1, 1e-10) })
    }
    #expect(RobustZ.scores([]).isEmpty && RobustZ.scores([3, 3]) == [0, 0])
  }

  @Test func farSamplesAreLabelledBySide() {
    // Median 5, MAD 2: one robust deviation is 2.965.
    let samples = [5.0, 3, 7, 5, 3, 7, 5 + 14.9, 5 - 14.9, 5 + 14.8]
    #expect(Outliers(of: samples).high == [6] && Outliers(of: samples).low == [7])
    #expect(Outliers(of: samples).indices == [6, 7] && Outliers(of: samples).count == 2)
    #expect(Outliers(of: samples, threshold: 6).count == 0)
    #expect(Outliers(of: samples, threshold: 4.9).high == [6, 8])
  }

  @Test func equalSamplesLeaveTheOtherOneOut() {
    // A MAD of zero: the mean deviation is 0.01, and 1.2533 of it the scale.
    let samples = [Double](repeating: 2, count: 99) + [3]
    #expect(Outliers(of: samples).high == [99] && Outliers(of: samples).low.isEmpty)
    #expect(Outliers(of: [2, 2, 2]).count == 0 && Outliers(of: []).count == 0)
  }
}
