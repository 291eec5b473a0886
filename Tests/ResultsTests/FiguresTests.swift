import Measurement
import Quantities
import Statistics
import Testing

@testable import Results

@Suite struct FiguresTests {
  @Test func aMedianTimeIsItsInterval() {
    let interval = MedianInterval(of: [4, 1, 3, 2, 6, 5])
    let time = MedianTime(interval)
    #expect(time.median == Seconds(3.5) && time.low == Seconds(interval.low))
    #expect(time.high == Seconds(interval.high) && time.confidence == interval.confidence)
  }

  @Test func samplesOfAFailureAreNoFigure() throws {
    let alternatives = try caseRecord().alternatives
    #expect(
      alternatives[3].status == .failed && !alternatives[3].samples.isEmpty && alternatives[3].time == nil)
    #expect(alternatives.ratioToBest(alternatives[3]) == nil)
  }
}
