#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How two alternatives compare when they were measured in turn.
public enum PairedRatio {
  /// The median of `a[i] / b[i]` with its sign-test interval. Sample i of both must come from the same round, so
  /// that a drift of the machine cancels. Surplus samples of the longer side are ignored; nil without a single
  /// pair.
  ///
  /// Computed on logarithms, so that the ratio of b to a is exactly the inverse.
  public static func interval(_ a: [Double], over b: [Double], level: Double = 0.95) -> MedianInterval? {
    let logs = LogRatio.pairs(a, over: b)
    guard !logs.isEmpty else { return nil }
    return MedianInterval(of: logs, level: level).mapped(exp)
  }
}

extension MedianInterval {
  /// The interval under an increasing function.
  func mapped(_ f: (Double) -> Double) -> MedianInterval {
    MedianInterval(median: f(median), low: f(low), high: f(high), confidence: confidence, count: count)
  }

  init(median: Double, low: Double, high: Double, confidence: Double, count: Int) {
    (self.median, self.low, self.high) = (median, low, high)
    (self.confidence, self.count) = (confidence, count)
  }
}
