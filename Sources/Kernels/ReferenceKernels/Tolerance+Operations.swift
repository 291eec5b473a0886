// Bounds for operations that are more than one sum; every term names its source.

extension Tolerance {
  /// For an element of y = x · Wᵀ with `columns` products, activations in the form given and weights in any format.
  /// `magnitude` is Σ |x| · (|d · sc · q| + |dmin · m|): a weight counts with all of its terms.
  ///
  /// Each product passes so many roundings on its way into y, and n of them give λ · √n · u as in a sum:
  /// - additions. Whole numbers add up exactly within a part of 16 or 32, so that int8 leaves at most columns / 16 terms,
  ///   and as many for minima that are kept apart. Other forms have a term for each product.
  /// - 6 more: the whole number's conversion to a float, d · sc, its product with the activations' scale, the product of
  ///   both, the activations' scale itself (max / 127 or max · (1 / 127)), and the weight as the oracle decodes it.
  ///
  /// A product of scales below 2⁻¹²⁶ is off by up to 2⁻¹⁵⁰; it meets whole numbers below 2²⁴, which makes up to 2⁻¹²⁶ for
  /// each term.
  public static func linear(columns: Int, activations: ActivationForm, magnitude: Double) -> Double {
    let terms = activations == .int8 ? 2 * ((columns + 15) / 16) : columns
    let lost = activations == .int8 ? Double(terms) * Double(Float.leastNormalMagnitude) : 0
    return sum(terms: terms + 6, magnitude: magnitude) + lost
  }

  /// What `linear` with activations in `bf16` may be off in addition, `operands` being Σ (|x| + |w|): instructions such as
  /// vdpbf16ps take subnormal elements for zeros and make zeros of subnormal sums (Intel SDM volume 2, VDPBF16PS).
  public static func flushed(columns: Int, operands: Double) -> Double {
    (Double(columns) + operands) * Double(Float.leastNormalMagnitude)
  }

  /// The same of products of floats taken for sums of three bfloat16, of whose products six are added up: two parts of an
  /// operand may be subnormal.
  public static func flushed(splitting columns: Int, operands: Double) -> Double {
    flushed(columns: 6 * columns, operands: 2 * operands)
  }

  /// For an element of RMSNorm, y = x · weight / √(mean(x²) + ε): the sum's relative error (halved by the root, not
  /// made use of), and root, division and two products.
  public static func rmsNorm(y: Double, count: Int) -> Double {
    abs(y) * unit * (lambda * Double(count).squareRoot() + 8) + Double(Float.leastNormalMagnitude)
  }

  /// For an element p of softmax: x − max rounds once, which exp turns into a relative error of `distance` = |x − max|
  /// units; exp itself 4 units; the sum's relative error; division and product. Results below 2⁻¹²⁶ may be anything below that.
  public static func softmax(p: Double, distance: Double, count: Int) -> Double {
    let units = distance + lambda * Double(count).squareRoot() + 8
    return p * unit * units + Double(Float.leastNormalMagnitude)
  }

  /// For an element of SwiGLU: exp 4 units, sum, division and products 2 each. Where exp(−gate)
  /// would overflow it may stay at its largest value; what is off is at most |gate · up| · 2⁻¹²⁶.
  public static func swiGLU(y: Double, gate: Double, up: Double) -> Double {
    abs(y) * unit * 12 + (abs(gate * up) + 1) * Double(Float.leastNormalMagnitude)
  }

  /// For a rotated element: two products of sizes that add up to `magnitude`, and their sum.
  public static func rope(magnitude: Double) -> Double { chain(roundings: 2, magnitude: magnitude) }

  /// For an element of attention, Σ pₜ · vₜ with Σ pₜ · |vₜ| = `magnitude`. An absolute error of a score is a relative
  /// one of its weight, once in the weight and once in the normaliser; `score` is the largest Σ |q · k| / √d.
  public static func attention(magnitude: Double, score: Double, headDim: Int, tokens: Int) -> Double {
    let scoreError = lambda * (Double(headDim) + 3).squareRoot() * unit * score
    let weightError =
      2 * scoreError + 2 * score * unit + unit * (2 * lambda * Double(tokens).squareRoot() + 12)
    return magnitude * weightError + Double(Float.leastNormalMagnitude)
  }

  /// For the relative ℓ² distance of two logit vectors after a whole forward pass. Each of the chained sums adds an
  /// independent relative error of λ · √length · u to the residual stream, which normalisation keeps at its size;
  /// `chainedTerms` is the sum of their lengths.
  public static func logits(chainedTerms: Int) -> Double { lambda * Double(chainedTerms).squareRoot() * unit }
}
