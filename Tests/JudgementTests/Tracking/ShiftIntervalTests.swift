import Statistics
import Testing

@testable import Judgement

@Suite struct ShiftIntervalTests {
  @Test func smallSamplesHaveNone() {
    #expect(ShiftInterval.ratio([], [1]) == nil)
    #expect(ShiftInterval.ratio([1, 2], [1, 2]) == nil)
  }

  @Test func itHoldsTheShiftAsOftenAsItSays() {
    var generator = SeededGenerator(seed: 11)
    let tries = 600
    var held = 0
    for _ in 0..<tries {
      let before = (0..<12).map { _ in Double.random(in: 0.98...1.02, using: &generator) }
      let after = (0..<9).map { _ in 1.05 * Double.random(in: 0.98...1.02, using: &generator) }
      if ShiftInterval.ratio(before, after)?.contains(1.05) == true { held += 1 }
    }
    #expect((0.93...0.985).contains(Double(held) / Double(tries)), "\(held)")
  }

  @Test func swappedSidesGiveTheInverse() throws {
    let (a, b) = ([1.0, 1.1, 1.2, 1.3, 1.05], [2.0, 2.2, 2.1, 1.9, 2.5])
    let there = try #require(ShiftInterval.ratio(a, b))
    let back = try #require(ShiftInterval.ratio(b, a))
    #expect(abs(there.lowerBound * back.upperBound - 1) < 1e-12)
    #expect(abs(there.upperBound * back.lowerBound - 1) < 1e-12)
  }
}
