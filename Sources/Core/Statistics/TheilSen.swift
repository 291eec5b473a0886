/// A line through points that outliers do not move: the median of the slopes of all pairs (Theil 1950, Sen 1968).
public struct TheilSen: Hashable, Sendable {
  /// Units of y per unit of x.
  public let slope: Double
  /// Where the line through the medians of x and y with that slope meets x = 0.
  public let intercept: Double
  /// Bounds of the slope (Sen 1968, equation 2.6, with ties in either coordinate).
  public let low: Double, high: Double

  /// Nil where no two points differ in x.
  public init?(x: [Double], y: [Double], level: Double = 0.95) {
    precondition(x.count == y.count, "\(x.count) values of x, \(y.count) of y")
    var slopes: [Double] = []
    for j in x.indices {
      for i in 0..<j where x[i] != x[j] { slopes.append((y[j] - y[i]) / (x[j] - x[i])) }
    }
    guard !slopes.isEmpty else { return nil }
    slopes.sort()
    slope = Quantiles.quantile(ofSorted: slopes, 0.5)
    intercept = Quantiles.median(y) - slope * Quantiles.median(x)
    let n = Double(x.count)
    let ties = MannKendall.tieTerm(x.sorted()) + MannKendall.tieTerm(y.sorted())
    let variance = max(0, (n * (n - 1) * (2 * n + 5) - ties) / 18)
    let reach = NormalDistribution.quantile((1 + level) / 2) * variance.squareRoot()
    let count = Double(slopes.count)
    let lower = Int(((count - reach) / 2).rounded(.toNearestOrEven)) - 1
    let upper = Int(((count + reach) / 2).rounded(.toNearestOrEven))
    (low, high) = (slopes[max(0, lower)], slopes[min(slopes.count - 1, upper)])
  }
}
