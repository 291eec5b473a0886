import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A ratio of two times, new over old, that was estimated on logarithms: the inverse ratio has the inverse interval.
public struct RatioEstimate: Hashable, Sendable {
  /// The logarithm of the ratio, with its error.
  let logRatio: TrimmedMean
  /// Independent units behind it: blocks, rounds, runs or samples.
  public let count: Int

  /// From one log ratio for each pair; nil for fewer than four, from which no verdict should hang.
  public init?(logRatios: [Double]) {
    guard logRatios.count >= Self.fewest, let mean = TrimmedMean(logRatios) else { return nil }
    (logRatio, count) = (mean, logRatios.count)
  }

  /// From independent times on each side, in seconds; nil with fewer than `fewest` on one of them.
  public init?(_ new: [Double], over old: [Double], fewest: Int = Self.fewest) {
    guard min(new.count, old.count) >= fewest,
      let mine = TrimmedMean(new.map { log($0) }),
      let other = TrimmedMean(old.map { log($0) })
    else { return nil }
    (logRatio, count) = (mine - other, min(new.count, old.count))
  }

  /// The geometric mean of independent ratios.
  public init?(geometricMeanOf ratios: [RatioEstimate]) {
    guard let mean = TrimmedMean.mean(of: ratios.map(\.logRatio)) else { return nil }
    (logRatio, count) = (mean, ratios.count)
  }

  /// Pairs that an estimate takes at least.
  public static let fewest = 4

  public var ratio: Double { exp(logRatio.mean) }

  /// The ratio with the interval that covers the truth with the probability `level`.
  public func interval(level: Double) -> RatioInterval {
    let reach = StudentT.quantile(above: (1 - level) / 2, degrees: logRatio.degrees) * logRatio.standardError
    return RatioInterval(
      ratio: ratio, low: exp(logRatio.mean - reach), high: exp(logRatio.mean + reach), level: level)
  }

  /// The probability, at most, of a ratio as far from one or farther if the truth is within `floor`, a share. At most 1 −
  /// level exactly where the interval of that level lies beyond the floor.
  public func p(floor: Double) -> Double {
    let beyond = abs(logRatio.mean) - log1p(floor)
    guard beyond > 0 else { return 1 }
    guard logRatio.standardError > 0 else { return 0 }
    return min(1, 2 * StudentT.above(beyond / logRatio.standardError, degrees: logRatio.degrees))
  }

  /// The smallest slow-down, as a share, that would have been called one four times in five.
  public func smallestEffect(floor: Double, level: Double, power: Double = 0.8) -> Double {
    let called = StudentT.quantile(above: (1 - level) / 2, degrees: logRatio.degrees)
    let reached = StudentT.quantile(above: 1 - power, degrees: logRatio.degrees)
    return expm1(log1p(floor) + (called + reached) * logRatio.standardError)
  }
}

/// A ratio of two times, new over old, with its interval.
public struct RatioInterval: Codable, Hashable, Sendable {
  public var ratio: Double
  public var low: Double, high: Double
  /// How sure the interval is.
  public var level: Double
}

extension Verdict {
  init(_ interval: RatioInterval, floor: Double) {
    self.init(low: interval.low, high: interval.high, floor: floor)
  }
}
