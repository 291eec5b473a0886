/// How much a sample tells of the next one.
public enum Autocorrelation {
  /// Σ(xᵢ − x̄)(xᵢ₊₁ − x̄) ÷ Σ(xᵢ − x̄)², about −1/n for independent samples; nil where all are equal.
  public static func lag1(_ samples: [Double]) -> Double? {
    guard !samples.isEmpty else { return nil }
    let mean = samples.reduce(0, +) / Double(samples.count)
    let deviations = samples.map { $0 - mean }
    let squares = deviations.reduce(0) { $0 + $1 * $1 }
    guard squares > 0 else { return nil }
    return zip(deviations, deviations.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / squares
  }
}
