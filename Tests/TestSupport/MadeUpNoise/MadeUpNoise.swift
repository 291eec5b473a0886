import Foundation
import Statistics

// Made-up noise, the same on every machine.

extension SeededGenerator {
  /// A number that is uniform in (0, 1).
  public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) / Double(1 << 53) }

  /// A normal number with mean 0 and deviation 1 (Box and Muller 1958).
  public mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }

  /// Normal numbers with mean 0 and deviation 1, each correlated with the one before it by `correlation`.
  public mutating func correlated(_ count: Int, by correlation: Double) -> [Double] {
    var last = normal()
    return (0..<count).map { _ in
      defer { last = correlation * last + (1 - correlation * correlation).squareRoot() * normal() }
      return last
    }
  }
}
