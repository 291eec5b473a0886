import Quantities
import Statistics

/// Samples that were taken in rounds, and so can be compared pair by pair.
public protocol SampledInRounds {
  /// Seconds per iteration, in the order in which they were taken.
  var samples: [Double] { get }
  /// The round of each sample, ascending.
  var rounds: [Int] { get }
  /// Whether the samples stand for correct work that was timed to its end.
  var isTimed: Bool { get }
}

extension SampledInRounds {
  /// The median seconds per iteration with its interval; nil without samples.
  public var interval: MedianInterval? { samples.isEmpty ? nil : MedianInterval(of: samples) }

  /// How many times the time of `other` this one takes: the median ratio over the rounds that both took
  /// part in. Nil without a common round.
  public func ratio<Other: SampledInRounds>(over other: Other) -> MedianInterval? {
    let pairs = pairs(with: other)
    return PairedRatio.interval(pairs.map(\.0), over: pairs.map(\.1))
  }

  /// The logarithm of that ratio in each common round.
  public func logRatios<Other: SampledInRounds>(over other: Other) -> [Double] {
    let pairs = pairs(with: other)
    return LogRatio.pairs(pairs.map(\.0), over: pairs.map(\.1))
  }

  private func pairs<Other: SampledInRounds>(with other: Other) -> [(Double, Double)] {
    let theirs = Dictionary(zip(other.rounds, other.samples)) { first, _ in first }
    return zip(rounds, samples).compactMap { round, mine in theirs[round].map { (mine, $0) } }
  }
}

extension Collection where Element: SampledInRounds {
  /// The one with the smallest median among those that were timed.
  public var best: Element? {
    filter { $0.isTimed && !$0.samples.isEmpty }
      .min { Quantiles.median($0.samples) < Quantiles.median($1.samples) }
  }

  /// `element`'s time over the best one's, in common rounds; nil if either was not timed.
  public func ratioToBest(_ element: Element) -> MedianInterval? {
    guard element.isTimed, let best else { return nil }
    return element.ratio(over: best)
  }
}

/// What came out for one alternative of a case.
public struct AlternativeResult: Hashable, Sendable, SampledInRounds {
  public enum Status: Hashable, Sendable {
    /// Checked and sampled.
    case timed
    /// The oracle disagreed or its check threw: never timed.
    case failedCheck(reason: String)
    /// An error in the work or the clock; samples taken before it are kept but stand for nothing.
    case failed(reason: String)
    /// Not timed, for a reason that says nothing about the alternative.
    case skipped(reason: String)
  }

  public let label: String
  public let status: Status
  /// The oracle's figures; nil where it threw or was not reached.
  public let check: CheckResult?
  public let samples: [Double]
  public let rounds: [Int]
  /// Iterations in each sample.
  public let iterations: Int
  /// Why there are fewer samples than planned, or fewer iterations in each than the others have, if so.
  public let note: String?
  /// Why its times had not become steady, in warm-up or over the samples; nil if they had.
  public let unsteady: String?
  /// What was counted over all samples; nil without a source, or where another program did the work.
  public let counts: EventCounts?

  public var isTimed: Bool { status == .timed }
}
