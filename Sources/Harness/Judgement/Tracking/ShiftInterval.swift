import Statistics

/// How far the level after a change lies from the one before.
enum ShiftInterval {
  /// The 95 % interval of the ratio between two samples: order statistics of all pairs' ratios, as many from either end
  /// as the rank-sum test leaves (Moses 1965; Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 4.3).
  /// Nil where the samples are too small for one.
  static func ratio(_ before: [Double], _ after: [Double], level: Double = 0.95) -> ClosedRange<Double>? {
    guard !before.isEmpty, !after.isEmpty else { return nil }
    let ratios = after.flatMap { late in before.map { late / $0 } }.sorted()
    let (m, n) = (Double(before.count), Double(after.count))
    let reach = NormalDistribution.quantile((1 + level) / 2) * (m * n * (m + n + 1) / 12).squareRoot()
    // Rounded down, so that the interval is rather too wide.
    let outside = Int((m * n / 2 - reach).rounded(.down))
    guard outside >= 1 else { return nil }
    return ratios[outside - 1]...ratios[ratios.count - outside]
  }
}
