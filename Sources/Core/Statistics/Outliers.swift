/// Samples that lie far from the others. They are labelled, never dropped.
public struct Outliers: Hashable, Sendable {
  /// Indices of the samples far below the median, and far above; ascending.
  public let low: [Int], high: [Int]

  /// Robust deviations beyond which a sample is labelled: one normal sample in two million.
  public static let threshold = 5.0

  /// Those with |x − median| ÷ (1.4826 · MAD) > `threshold`; `RobustZ.deviation` says what a MAD of zero does.
  public init(of samples: [Double], threshold: Double = Outliers.threshold) {
    let scores = RobustZ.scores(samples)
    low = scores.indices.filter { scores[$0] < -threshold }
    high = scores.indices.filter { scores[$0] > threshold }
  }

  public var count: Int { low.count + high.count }
  /// All of them, ascending.
  public var indices: [Int] { (low + high).sorted() }
}
