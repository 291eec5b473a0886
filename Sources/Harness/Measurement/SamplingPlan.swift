import Quantities

/// How long and how often a case is sampled.
public struct SamplingPlan: Codable, Hashable, Sendable {
  /// A sample of the fastest alternative lasts about this long or longer.
  public let minimumSample: Seconds
  /// Sampling time per case, shared equally by its alternatives; pauses count, checks and warm-up do not.
  /// Zero means: check only.
  public let budget: Seconds
  /// Samples that an alternative gets at most.
  public let maxSamples: Int
  /// Samples up to which only an alternative's own share of the budget can stop it, and pauses are free.
  /// Six, because a 95 % sign-test interval needs six.
  public let minSamples: Int
  /// How long each alternative runs at least before its calibration is believed.
  public let warmUp: Seconds

  /// A sample of a slow alternative lasts at most this many times `minimumSample`, or one iteration.
  public static let slowSampleLimit = 10.0

  /// Values outside their range are moved to its end: samples of at least 1 µs, 1...1000 samples, no
  /// negative or endless times.
  public init(minimumSample: Seconds, budget: Seconds, maxSamples: Int, minSamples: Int = 6, warmUp: Seconds)
  {
    self.minimumSample = Self.clamped(minimumSample, from: 1e-6)
    self.budget = Self.clamped(budget, from: 0)
    self.maxSamples = min(max(maxSamples, 1), 1000)
    self.minSamples = min(max(minSamples, 2), self.maxSamples)
    self.warmUp = Self.clamped(warmUp, from: 0)
  }

  /// So many samples of one call each, however long they take, after one call that is not timed.
  public static func repetitions(_ count: Int) -> SamplingPlan {
    SamplingPlan(minimumSample: .zero, budget: Seconds(.infinity), maxSamples: count, warmUp: .zero)
  }

  /// How many, for such a plan.
  public var repetitions: Int? {
    warmUp == .zero && budget.value == Self.longest ? maxSamples : nil
  }

  /// How long it runs at most: ten times as long, or ten samples. Until then two calibrations have to agree.
  var warmUpLimit: Seconds { max(warmUp, minimumSample) * 10 }

  /// Whether a first call of that length needs no second one: it fills a sample, and no warm-up is wanted.
  func isSettled(by first: Seconds) -> Bool { warmUp == .zero && first >= minimumSample }

  /// The same with three times the budget, for a model's cases: one iteration of theirs takes as long as a kernel's
  /// sample.
  public var forModels: SamplingPlan {
    SamplingPlan(
      minimumSample: minimumSample, budget: budget * 3, maxSamples: maxSamples, minSamples: minSamples,
      warmUp: warmUp)
  }

  private static let longest = 1e9

  private static func clamped(_ time: Seconds, from low: Double) -> Seconds {
    Seconds(time.value >= low ? min(time.value, longest) : low)  // NaN fails the comparison
  }

  private enum CodingKeys: String, CodingKey {
    case minimumSample = "minimum_sample_s"
    case budget = "budget_s"
    case maxSamples = "max_samples"
    case minSamples = "min_samples"
    case warmUp = "warm_up_s"
  }
}
