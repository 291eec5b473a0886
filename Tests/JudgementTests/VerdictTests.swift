import Statistics
import Testing

@testable import Judgement

@Suite struct VerdictTests {
  private func verdict(_ ratios: [Double], floor: Double = 0.01) throws -> Verdict {
    let ones = ratios.map { _ in 1.0 }
    return Verdict(ratio: try #require(PairedRatio.interval(ratios, over: ones)), floor: floor)
  }

  @Test func aDifferenceMustLieBeyondTheFloorWhole() throws {
    #expect(try verdict([1.02, 1.03, 1.02, 1.03, 1.04, 1.03]) == .slower)
    #expect(try verdict([1.005, 1.03, 1.02, 1.03, 1.04, 1.03]) == .undecided)
    #expect(try verdict([0.95, 0.96, 0.97, 0.96, 0.95, 0.96]) == .faster)
  }

  @Test func aLikenessMustLieWithinTheFloorWhole() throws {
    #expect(try verdict([1.001, 0.999, 1.002, 1, 1, 0.998]) == .same)
    #expect(try verdict([1.001, 0.999, 1.002, 1, 1, 0.98]) == .undecided)
  }

  @Test func fewSamplesDecideNothing() throws {
    #expect(try verdict([2, 2, 2, 2, 2]) == .undecided)
    #expect(try verdict([1, 1, 1, 1, 1]) == .undecided)
  }

  @Test func swappingTheSidesSwapsTheVerdict() throws {
    let ratios = [1.0102, 1.0103, 1.0102, 1.0105, 1.011, 1.0102]
    #expect(try verdict(ratios) == .slower)
    #expect(try verdict(ratios.map { 1 / $0 }) == .faster)
  }

  @Test func theFloorIsTheSameRatioBothWays() throws {
    // 1.01005 lies beyond 1.01 and its inverse, 0.99005, below 1 ÷ 1.01, but not below 0.99.
    let ratios = [Double](repeating: 1.01005, count: 6)
    #expect(try verdict(ratios) == .slower)
    #expect(try verdict(ratios.map { 1 / $0 }) == .faster)
  }
}
