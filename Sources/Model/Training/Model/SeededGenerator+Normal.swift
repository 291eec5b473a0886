import Glibc
import Statistics

extension SeededGenerator {
  /// A number of the standard normal distribution, from two of the generator's (Box and Muller 1958).
  mutating func normal() -> Double {
    // (0, 1]: its logarithm is finite.
    let radius = Double((next() >> 11) + 1) * 0x1p-53, angle = Double(next() >> 11) * 0x1p-53
    return (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
  }
}
