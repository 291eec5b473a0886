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
