#if canImport(Glibc)
  import Glibc
#endif

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

  /// exp of the kernels: 2 ulp, each up to 2 units.
  static let exponential = 4.0

  /// For an element `value` of a softmax over `count` values, the largest of which is `spread` above the smallest.
  ///
  /// x − max is rounded by up to u · spread, which exp turns into as much relative error; beyond 88 the result is
  /// below the smallest normal number, which is allowed anyway. The sum has the same error, weighted, and that
  /// of adding up; its inverse, the product and the oracle's rounding are one unit each.
  public static func softmax(count: Int, spread: Double, value: Double) -> Double {
    let term = min(spread, 88) + exponential
    let relative = (2 * term + 3 + lambda * (Double(count) + 1).squareRoot()) * unit
    return relative * value + Double(Float.leastNormalMagnitude)
  }

  /// For an element `value` of an RMS norm over `count` elements.
  ///
  /// The square root halves the relative errors of the sum of squares, of the mean and of adding ε (one unit each);
  /// root, inverse, two products and the oracle's rounding are one unit each. Holds where Σx² is finite.
  public static func rmsNorm(count: Int, value: Double) -> Double {
    let relative = lambda * (Double(count) + 1).squareRoot() / 2 + 6
    return relative * unit * abs(value) + Double(Float.leastNormalMagnitude)
  }

  /// For gate / (1 + exp(−gate)) · up = `value`: exp, and one unit each for the sum, the quotient, the product and
  /// the oracle's rounding. exp(−gate) overflows for gates below −88.73 and leaves 0 for what is at most
  /// 88.73 · 2⁻¹²⁸ · up.
  public static func swiGLU(up: Double, value: Double) -> Double {
    (exponential + 4) * unit * abs(value) + 89 * 0x1p-128 * abs(up) + Double(Float.leastNormalMagnitude)
  }

  /// For one element of causal attention, as `AttentionMagnitudes` describes it.
  ///
  /// A score is off by δ: the sum of products, and five units for 1/√d, its product with the sum, and the
  /// difference to the largest. exp makes that a factor e^δ of each weight, and of their sum: e^(2δ) − 1 together,
  /// beside two exponentials, the sum, its inverse, a product and the oracle's rounding. Weights below the smallest
  /// normal number become 0. Then comes a sum of products.
  public static func attention(_ m: AttentionMagnitudes) -> Double {
    let score = sum(terms: m.headDim, magnitude: m.score) + 5 * unit * m.score
    let rounded = (2 * exponential + 3 + lambda * (Double(m.tokens) + 1).squareRoot()) * unit
    return (expm1(2 * score) + rounded) * m.mix + sum(terms: m.tokens, magnitude: m.mix)
      + Double(Float.leastNormalMagnitude) * m.values
  }
}

/// What the error of attention depends on, for one query head and one element of its result.
public struct AttentionMagnitudes: Hashable, Sendable {
  public var headDim: Int, tokens: Int
  /// The largest Σ|q·k| / √headDim of any token.
  public var score: Double
  /// Σ softmax(score) · |v|, and Σ|v|.
  public var mix: Double, values: Double

  public init(headDim: Int, tokens: Int, score: Double, mix: Double, values: Double) {
    (self.headDim, self.tokens, self.score) = (headDim, tokens, score)
    (self.mix, self.values) = (mix, values)
  }
}
