/// How far a float32 result may be from the oracle's, derived from the arithmetic rather than tuned.
///
/// A sum of k products in any order is off by at most γₖ · Σ|aᵢ·bᵢ| with γₖ ≈ k · u, u = 2⁻²⁴ (Higham 2002, §3.1);
/// rounding errors being independent, λ · √k · u holds with probability 1 − 2·exp(−λ²/2) for each element
/// (Higham and Mary 2019, theorem 2.4). λ = 8 leaves 3·10⁻¹⁴.
public enum Tolerance {
  /// Unit roundoff of float32.
  public static let unit = 0x1p-24
  static let lambda = 8.0

  /// For a sum of `terms` products whose magnitudes add up to `magnitude`: products, sum and final rounding.
  public static func sum(terms: Int, magnitude: Double) -> Double {
    lambda * (Double(terms) + 1).squareRoot() * unit * magnitude + Double(Float.leastNormalMagnitude)
  }

  /// For a chain of `roundings` dependent operations (each of up to 2 units, as divisions and square roots
  /// inside vector libraries are) on a value of size `magnitude`.
  public static func chain(roundings: Int, magnitude: Double) -> Double {
    2 * Double(roundings) * unit * magnitude + Double(Float.leastNormalMagnitude)
  }
}

/// The outcome of a comparison: the largest error in units of its tolerance, and where it was.
public struct Comparison: Hashable, Sendable {
  /// The largest |seen − expected| / tolerance; infinity where one of the two is not finite and they differ.
  public private(set) var worst = 0.0
  /// The index of that element, what was seen there and what was expected.
  public private(set) var index = 0
  public private(set) var seen = 0.0, expected = 0.0
  /// How many elements were compared.
  public private(set) var count = 0

  public init() {}

  /// Whether something was compared and nothing was off by more than its tolerance.
  public var passed: Bool { count > 0 && worst <= 1 }

  /// Takes one more element into account.
  public mutating func add(_ seen: Double, expected: Double, tolerance: Double, at index: Int) {
    count += 1
    var error = abs(seen - expected) / tolerance
    // NaN compares false with everything, so it needs a word of its own.
    if seen == expected || (seen.isNaN && expected.isNaN) {
      error = 0
    } else if !error.isFinite {
      error = .infinity
    }
    guard error > worst || count == 1 else { return }
    (worst, self.index, self.seen, self.expected) = (error, index, seen, expected)
  }

  /// One line for a report.
  public var summary: String {
    guard count > 0 else { return "nothing compared" }
    guard !passed else { return "ok" }
    return "element \(index) is \(Float(seen)), expected \(Float(expected))"
  }
}
