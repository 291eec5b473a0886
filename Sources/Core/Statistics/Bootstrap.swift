/// An interval for any statistic of some samples by drawing from them again, with a seed: same samples, same
/// interval (Efron and Tibshirani 1993).
public struct Bootstrap: Hashable, Sendable {
  public enum Method: Hashable, Sendable {
    /// Quantiles of the statistic over the draws.
    case percentile
    /// The same, corrected for bias and skewness (Efron 1987): for independent samples and smooth statistics such
    /// as means; no better for medians.
    case biasCorrected
  }

  public var draws: Int
  public var level: Double
  public var method: Method
  /// Consecutive samples that are drawn together, so that their dependence survives (Künsch 1989); 1 for
  /// independent samples. Blocks always take the percentile method.
  public var block: Int
  public var seed: UInt64

  public init(
    draws: Int = 2000, level: Double = 0.95, method: Method = .percentile, block: Int = 1, seed: UInt64 = 1
  ) {
    precondition(draws > 0 && (0..<1).contains(level) && block > 0, "\(draws) draws, level \(level)")
    (self.draws, self.level, self.method) = (draws, level, method)
    (self.block, self.seed) = (block, seed)
  }

  /// The interval of `statistic`, which must have a value for any samples; `samples` must not be empty.
  public func interval(of samples: [Double], _ statistic: ([Double]) -> Double) -> ClosedRange<Double> {
    precondition(!samples.isEmpty, "a bootstrap needs samples")
    let values = draw(samples, statistic).sorted()
    var tails = ((1 - level) / 2, (1 + level) / 2)
    if method == .biasCorrected, block == 1, samples.count > 1 {
      tails = corrected(tails, values: values, samples: samples, statistic)
    }
    return Quantiles.quantile(ofSorted: values, tails.0)...Quantiles.quantile(ofSorted: values, tails.1)
  }

  private func draw(_ samples: [Double], _ statistic: ([Double]) -> Double) -> [Double] {
    var random = SeededGenerator(seed: seed)
    let length = min(block, samples.count)
    var drawn = samples
    return (0..<draws).map { _ in
      for start in stride(from: 0, to: samples.count, by: length) {
        let from = random.index(below: samples.count - length + 1)
        for offset in 0..<min(length, samples.count - start) {
          drawn[start + offset] = samples[from + offset]
        }
      }
      return statistic(drawn)
    }
  }

  /// The tails Φ(z₀ + (z₀ + z) ÷ (1 − a(z₀ + z))) instead of Φ(z). Unchanged where the draws all lie on one side.
  private func corrected(
    _ tails: (Double, Double), values: [Double], samples: [Double], _ statistic: ([Double]) -> Double
  ) -> (Double, Double) {
    let whole = statistic(samples)
    let below = values.reduce(0) { $0 + ($1 < whole ? 1 : $1 == whole ? 0.5 : 0) } / Double(values.count)
    guard below > 0, below < 1 else { return tails }
    let bias = NormalDistribution.quantile(below)
    let acceleration = Self.acceleration(samples, statistic)
    func tail(_ level: Double) -> Double {
      let z = bias + NormalDistribution.quantile(level)
      return NormalDistribution.cdf(bias + z / (1 - acceleration * z))
    }
    return (tail(tails.0), tail(tails.1))
  }

  /// Σd³ ÷ 6(Σd²)^1.5 over the jackknife's deviations d; zero where they are.
  private static func acceleration(_ samples: [Double], _ statistic: ([Double]) -> Double) -> Double {
    let left = samples.indices.map { index in
      var others = samples
      others.remove(at: index)
      return statistic(others)
    }
    let mean = left.reduce(0, +) / Double(left.count)
    let (squares, cubes) = left.reduce((0.0, 0.0)) {
      let d = mean - $1
      return ($0.0 + d * d, $0.1 + d * d * d)
    }
    return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
  }
}
