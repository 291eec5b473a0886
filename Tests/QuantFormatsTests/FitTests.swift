import Statistics
import Testing

@testable import QuantFormats

/// The searches of the K formats against the same ones written plainly, one candidate after the other: not a bit may
/// differ, so that a file does not depend on how the search is run.
@Suite struct FitTests {
  static let cases: [[Float]] =
    (0..<EncodeTests.distributions.count).flatMap { distribution in
      (0..<40 as Range<UInt64>).map { EncodeTests.values(distribution, count: 32, seed: 100 + $0) }
    } + (0..<20 as Range<UInt64>).map(outliers) + [
      Array(repeating: 0, count: 32), Array(repeating: -3, count: 32), Array(repeating: 0x1p-140, count: 32),
      (0..<32).map { Float($0 % 2) * 1e38 }, (0..<32).map { Float($0 % 3 - 1) * Float.leastNonzeroMagnitude },
      (0..<32).map { $0 == 31 ? -5 : 0 },
    ]

  /// Values from 2⁻²⁰ to 2²⁰, whose sums depend on their order.
  private static func outliers(seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<32).map { _ in
      random.symmetric() * Float(sign: .plus, exponent: Int(random.next() % 41) - 20, significand: 1)
    }
  }

  @Test(arguments: [15.0, 31]) func affineSearchIsThePlainOne(top: Double) {
    for x in Self.cases {
      let seen = Affine(fitting: x, count: x.count, top: top), expected = PlainSearch(x, top: top)
      #expect(seen.scale.bitPattern == expected.scale.bitPattern, "\(x)")
      #expect(seen.minimum.bitPattern == expected.minimum.bitPattern, "\(x)")
    }
  }

  @Test func symmetricSearchIsThePlainOne() {
    for x in Self.cases {
      let seen = KBlocks.symmetricScale(x), expected = PlainSearch.symmetricScale(Array(x[..<16]))
      #expect(seen.bitPattern == expected.bitPattern, "\(x)")
    }
  }
}

/// Scale and minimum with which x ≈ scale · q − minimum, by trying one span after the other.
private struct PlainSearch {
  var scale: Double, minimum: Double

  init(scale: Double, minimum: Double) { (self.scale, self.minimum) = (scale, minimum) }

  init(_ values: [Float], top: Double) {
    let x = values.map { Double($0) }
    let low = min(0, x.min()!), high = x.max()!
    guard high > low else {
      self.init(scale: 0, minimum: -low)
      return
    }
    self.init(scale: (high - low) / top, minimum: -low)
    var smallest = error(x, top)
    for step in -10...10 {
      let span = PlainSearch(scale: (high - low) / (top + Double(step) / 10), minimum: -low)
      let candidate = span.leastSquares(x, top)
      if candidate.error(x, top) < smallest { (self, smallest) = (candidate, candidate.error(x, top)) }
    }
  }

  private func level(_ x: Double, _ top: Double) -> Double { nearest((x + minimum) / scale, in: 0...top) }

  private func error(_ x: [Double], _ top: Double) -> Double {
    x.reduce(0) { sum, value in
      let error = scale * level(value, top) - minimum - value
      return sum + error * error
    }
  }

  private func leastSquares(_ x: [Double], _ top: Double) -> PlainSearch {
    let q = x.map { level($0, top) }, n = Double(x.count)
    let sumQ = q.reduce(0, +), sumQQ = q.reduce(0) { $0 + $1 * $1 }
    let sumX = x.reduce(0, +), sumXQ = zip(x, q).reduce(0) { $0 + $1.0 * $1.1 }
    let determinant = n * sumQQ - sumQ * sumQ
    guard determinant > 0 else { return self }
    let scale = (n * sumXQ - sumX * sumQ) / determinant, minimum = (scale * sumQ - sumX) / n
    if minimum >= 0 { return PlainSearch(scale: scale, minimum: minimum) }
    return PlainSearch(scale: max(0, sumXQ / sumQQ), minimum: 0)
  }

  static func symmetricScale(_ values: [Float]) -> Double {
    let x = values.map { Double($0) }
    let extreme = x.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
    guard extreme != 0 else { return 0 }
    var best = 0.0, mostExplained = 0.0
    for step in -10...9 {
      let inverse = -(32 + Double(step) / 10) / extreme
      let q = x.map { nearest($0 * inverse, in: -32...31) }
      let sumXQ = zip(x, q).reduce(0) { $0 + $1.0 * $1.1 }, sumQQ = q.reduce(0) { $0 + $1 * $1 }
      let explained = sumXQ * sumXQ / sumQQ
      if explained > mostExplained { (best, mostExplained) = (sumXQ / sumQQ, explained) }
    }
    return best
  }
}
