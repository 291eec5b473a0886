import ReferenceKernels
import Testing

/// A comparator that never fails is worse than none, so faults are planted here.
@Suite struct ComparisonTests {
  private func compare(_ seen: [Double], _ expected: [Double], tolerance: Double = 1e-6) -> Comparison {
    var comparison = Comparison()
    for (i, (seen, expected)) in zip(seen, expected).enumerated() {
      comparison.add(seen, expected: expected, tolerance: tolerance, at: i)
    }
    return comparison
  }

  @Test func equalPasses() {
    let comparison = compare([1, -2, 0, -0.0], [1, -2, -0.0, 0])
    #expect(comparison.passed && comparison.worst == 0 && comparison.count == 4)
    #expect(comparison.summary == "ok")
  }

  @Test func nothingComparedNeverPasses() {
    #expect(!Comparison().passed)
    #expect(Comparison().summary == "nothing compared")
  }

  static let infinity = Double.infinity, nan = Double.nan
  static let faults: [(seen: Double, expected: Double)] = [
    (1, -1), (-1, 1), (-1, -2), (-2, -1), (0, 1), (1, 0), (nan, 1), (1, nan), (infinity, 1), (1, infinity),
    (infinity, -infinity), (infinity, nan),
  ]

  @Test(arguments: faults)
  func plantedFaultIsFound(seen: Double, expected: Double) {
    #expect(!compare([seen], [expected]).passed)
    // Also among good elements, before and after.
    #expect(!compare([3, 4, seen, 5], [3, 4, expected, 5]).passed)
    #expect(!compare([seen, 5], [expected, 5]).passed)
  }

  @Test func oneLaneOffIsFoundWhereItIs() {
    let expected = (0..<64).map(Double.init)
    for lane in 0..<64 {
      var seen = expected
      seen[lane] += 1
      let comparison = compare(seen, expected)
      #expect(!comparison.passed && comparison.index == lane)
      #expect(comparison.seen == Double(lane) + 1 && comparison.expected == Double(lane))
      #expect(comparison.summary == "element \(lane) is \(Float(lane + 1)), expected \(Float(lane))")
    }
  }

  @Test func aDroppedElementIsFound() {
    let expected = (0..<16).map { Double($0 * $0) }
    #expect(!compare(Array(expected.dropFirst()) + [0], expected).passed)
  }

  @Test func bothSayingNotANumberAgree() {
    #expect(compare([Self.nan, 1], [Self.nan, 1]).passed)
    #expect(compare([Self.infinity, -Self.infinity], [Self.infinity, -Self.infinity]).passed)
  }

  @Test func theToleranceItselfStillPasses() {
    #expect(compare([1.5], [1], tolerance: 0.5).passed)
    #expect(!compare([1.5], [1], tolerance: Double(0.5).nextDown).passed)
    #expect(compare([1], [1], tolerance: 0).passed)
    #expect(!compare([Double(1).nextUp], [1], tolerance: 0).passed)
  }

  @Test(arguments: [-1, nan, infinity, -infinity])
  func aToleranceThatIsNoneFindsTheFault(tolerance: Double) {
    #expect(!compare([1e9], [1], tolerance: tolerance).passed)
  }

  @Test func theWorstIsKept() {
    let comparison = compare([0, 3, 0, 2], [0, 0, 0, 0], tolerance: 1)
    #expect(comparison.index == 1 && comparison.worst == 3)
  }
}

/// The bounds themselves: they grow with what they are a bound of, and are never zero or less.
@Suite struct ToleranceTests {
  @Test func growsWithTermsAndMagnitude() {
    #expect(Tolerance.sum(terms: 1, magnitude: 0) > 0)
    #expect(Tolerance.sum(terms: 100, magnitude: 1) > Tolerance.sum(terms: 10, magnitude: 1))
    #expect(Tolerance.sum(terms: 10, magnitude: 2) > Tolerance.sum(terms: 10, magnitude: 1))
    #expect(Tolerance.chain(roundings: 2, magnitude: 1) > Tolerance.chain(roundings: 1, magnitude: 1))
  }

  /// Loose enough for float32, tight enough that a lost term of average size shows.
  @Test(arguments: [1, 16, 4096])
  func aLostTermShows(terms: Int) {
    #expect(Tolerance.sum(terms: terms, magnitude: Double(terms)) < 1)
  }
}
