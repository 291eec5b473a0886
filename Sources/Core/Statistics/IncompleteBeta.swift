#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The regularised incomplete beta function: the distribution function of beta and binomial variables.
public enum IncompleteBeta {
  /// Iₓ(a, b) for 0 ≤ x ≤ 1, a > 0, b > 0: the continued fraction of DLMF 8.17.22, on the side where it converges
  /// fast.
  public static func regularised(_ x: Double, _ a: Double, _ b: Double) -> Double {
    precondition((0...1).contains(x) && a > 0 && b > 0, "incomplete beta of \(x), \(a), \(b)")
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    guard x <= (a + 1) / (a + b + 2) else { return 1 - regularised(1 - x, b, a) }
    let logFront = a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)
    return min(1, exp(logFront) / a / fraction(x, a, b))
  }

  /// 1 + d₁/(1 + d₂/(1 + …)) by Lentz's method.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var (value, c, d) = (1.0, 1.0, 0.0)
    for step in 1...100_000 {
      let m = Double(step / 2)
      let term =
        step.isMultiple(of: 2)
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonzero(1 + term * d)
      c = nonzero(1 + term / c)
      value *= c * d
      if abs(c * d - 1) < 1e-16 { break }
    }
    return value
  }

  /// ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) from 16 on, where five terms are exact to a Double.
  static func logGamma(_ x: Double) -> Double {
    var (shift, y) = (0.0, x)
    while y < 16 { (shift, y) = (shift + log(y), y + 1) }
    let w = 1 / (y * y)
    let series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / y
    return (y - 0.5) * log(y) - y + log(2 * Double.pi) / 2 + series - shift
  }
}
