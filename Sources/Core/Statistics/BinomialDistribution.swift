/// How often something with a fixed probability happens in so many independent trials.
public struct BinomialDistribution: Hashable, Sendable {
  public let trials: Int
  public let probability: Double

  /// `trials` ≥ 0, 0 ≤ `probability` ≤ 1.
  public init(trials: Int, probability: Double = 0.5) {
    precondition(trials >= 0 && (0...1).contains(probability), "\(trials) trials of \(probability)")
    (self.trials, self.probability) = (trials, probability)
  }

  /// P(B ≤ k) (DLMF 8.17.5).
  public func atMost(_ k: Int) -> Double {
    if k < 0 { return 0 }
    return k >= trials ? 1 : IncompleteBeta.regularised(1 - probability, Double(trials - k), Double(k + 1))
  }

  /// P(B ≥ k).
  public func atLeast(_ k: Int) -> Double {
    if k <= 0 { return 1 }
    return k > trials ? 0 : IncompleteBeta.regularised(probability, Double(k), Double(trials - k + 1))
  }
}
