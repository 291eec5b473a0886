/// Distances from the median in robust deviations.
public enum RobustZ {
  /// The median absolute deviation times this estimates the standard deviation of normal samples: 1 / Φ⁻¹(¾).
  public static let normalScale = 1.4826022185056018

  /// The median of |x − median|; zero where more than half of the samples are equal. `samples` must not be empty.
  public static func medianAbsoluteDeviation(_ samples: [Double]) -> Double {
    let median = Quantiles.median(samples)
    return Quantiles.median(samples.map { abs($0 - median) })
  }

  /// 1.4826 · MAD: what the standard deviation would be if all samples were like the middle half. Where the MAD is
  /// zero, 1.2533 times the mean absolute deviation (Iglewicz and Hoaglin 1993); zero only where all are equal.
  public static func deviation(_ samples: [Double]) -> Double {
    let robust = normalScale * medianAbsoluteDeviation(samples)
    guard robust == 0 else { return robust }
    let median = Quantiles.median(samples)
    let mean = samples.reduce(0) { $0 + abs($1 - median) } / Double(samples.count)
    return (Double.pi / 2).squareRoot() * mean
  }

  /// (x − median) ÷ `deviation` of each sample, in the order given; all zero where all are equal.
  public static func scores(_ samples: [Double]) -> [Double] {
    guard !samples.isEmpty else { return [] }
    let (median, deviation) = (Quantiles.median(samples), deviation(samples))
    return samples.map { deviation > 0 ? ($0 - median) / deviation : 0 }
  }
}
