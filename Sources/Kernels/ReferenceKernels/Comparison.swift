/// The outcome of a comparison: the largest error in units of its tolerance, and where it was.
public struct Comparison: Hashable, Sendable {
  /// The largest |seen − expected| / tolerance; infinity where the two differ and one of them, or the tolerance,
  /// is not finite.
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
    } else if !error.isFinite || !tolerance.isFinite || tolerance < 0 {
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
