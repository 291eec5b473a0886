/// A mean, or a function of one, with its standard error.
public struct Estimate: Hashable, Codable, Sendable {
  public let value: Double
  /// One standard deviation of `value` over repetitions; nil where one sample alone cannot tell.
  public let error: Double?

  public init(_ value: Double, error: Double?) { (self.value, self.error) = (value, error) }

  /// The mean of independent `samples`, which must not be empty: s / √n with s² = Σ(x − x̄)² / (n − 1).
  public init(meanOf samples: [Double]) {
    precondition(!samples.isEmpty, "a mean needs samples")
    let count = Double(samples.count)
    let mean = samples.reduce(0, +) / count
    let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(mean, error: count > 1 ? (squares / (count - 1) / count).squareRoot() : nil)
  }

  /// `f` of this one; to first order, the error is that much larger as `slope`, the derivative of `f`, says.
  public func mapped(_ f: (Double) -> Double, slope: Double) -> Estimate {
    Estimate(f(value), error: error.map { abs(slope) * $0 })
  }

  /// Where the true value lies in 95 of 100 repetitions, if errors are normal.
  public var interval: ClosedRange<Double>? {
    error.map { value - 1.96 * $0...value + 1.96 * $0 }
  }
}
