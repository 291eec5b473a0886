import Hardware
import Quantities

/// One matrix product, timed three ways: from how slow a baseline can a speed-up be counted?
public struct LadderEvidence: Codable, Sendable, Hashable {
  /// Scalar code as one writes it first, one thread.
  public let naive: Seconds
  /// The fastest variant on one thread.
  public let bestOneThread: Seconds
  /// The fastest variant on all threads.
  public let bestAllThreads: Seconds
  /// The product's operations.
  public let work: FLOPs
  /// The ends of 95 % intervals of `vectorGain` and `wholeGain`; nil where there were too few samples.
  public var vectorBounds: ClosedRange<Double>?
  public var wholeBounds: ClosedRange<Double>?

  public init(naive: Seconds, bestOneThread: Seconds, bestAllThreads: Seconds, work: FLOPs) {
    (self.naive, self.bestOneThread) = (naive, bestOneThread)
    (self.bestAllThreads, self.work) = (bestAllThreads, work)
  }

  enum CodingKeys: String, CodingKey {
    case naive = "naive_one_thread_s"
    case bestOneThread = "best_one_thread_s"
    case bestAllThreads = "best_all_threads_s"
    case work = "flops"
    case vectorBounds = "vector_gain_bounds"
    case wholeBounds = "whole_gain_bounds"
  }
}

/// One kernel of fixed size on ever more threads, written naively and well (strong scaling).
public struct ScalingEvidence: Codable, Sendable, Hashable {
  public struct Point: Codable, Sendable, Hashable {
    public let threads: Int
    public let naive: Seconds
    public let best: Seconds

    public init(threads: Int, naive: Seconds, best: Seconds) {
      (self.threads, self.naive, self.best) = (threads, naive, best)
    }

    enum CodingKeys: String, CodingKey {
      case threads
      case naive = "naive_s"
      case best = "best_s"
    }
  }
  /// In order of threads, the first with one.
  public let points: [Point]

  public init(points: [Point]) { self.points = points }
}

/// A product with quantised weights beside the same with 32-bit ones, on all threads.
public struct LowPrecisionEvidence: Codable, Sendable, Hashable {
  /// `q4_0`.
  public let format: String
  /// How many times the speed of f32.
  public let gain: Double

  public init(format: String, gain: Double) { (self.format, self.gain) = (format, gain) }
}

/// Energy of one operation while a prompt is read: arithmetic decides, not memory.
public struct WorkEvidence: Codable, Sendable, Hashable {
  public let lowPerFLOP: JoulesPerFLOP
  public let highPerFLOP: JoulesPerFLOP
  public let boundary: String
  public let tier: String

  public init(perFLOP: ClosedRange<JoulesPerFLOP>, boundary: String, tier: String) {
    (lowPerFLOP, highPerFLOP) = (perFLOP.lowerBound, perFLOP.upperBound)
    (self.boundary, self.tier) = (boundary, tier)
  }

  enum CodingKeys: String, CodingKey {
    case boundary, tier
    case lowPerFLOP = "low_j_per_flop"
    case highPerFLOP = "high_j_per_flop"
  }
}

/// Energy of one floating-point operation.
public struct JoulesPerFLOP: Quantity {
  public static let unit = "J/FLOP"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// A student beside its teacher, trained here at small scale.
public struct DistillationEvidence: Codable, Sendable, Hashable {
  /// The student's accuracy over the teacher's, 0 to 1.
  public let accuracyShare: Double
  /// The teacher's operations for a token over the student's.
  public let fewerFLOPs: Double
  /// Loss of the same student on the same tokens, from labels and from the teacher's logits.
  public let lossFromLabels: Double
  public let lossFromTeacher: Double
  /// By how much ten times the training operations lower the loss.
  public let gainPerDecade: Double
  /// The teacher's weight bytes and joules for a token over the student's; nil where no meter told the joules.
  public var fewerBytes: Double?, fewerJoules: Double?
  /// Between which ends the labels' loss minus the teacher's lies at 95 %, over so many seeds; nil for a single one.
  public var gainLow: Double?, gainHigh: Double?
  public var seeds: Int?

  public init(
    accuracyShare: Double, fewerFLOPs: Double, losses: (labels: Double, teacher: Double),
    gainPerDecade: Double
  ) {
    (self.accuracyShare, self.fewerFLOPs) = (accuracyShare, fewerFLOPs)
    (lossFromLabels, lossFromTeacher) = losses
    self.gainPerDecade = gainPerDecade
  }

  /// `10x fewer operations for a token, 10x fewer bytes, 8x fewer joules`, as far as they are known.
  var savings: String {
    let more = [(fewerBytes, "bytes"), (fewerJoules, "joules")].compactMap { factor, noun in
      factor.map { "\(Text.times($0)) fewer \(noun)" }
    }
    return (["\(Text.times(fewerFLOPs)) fewer operations for a token"] + more).joined(separator: ", ")
  }

  /// ` (labels minus teacher 0.01–0.05 at 95 %, 5 seeds)`, or nothing.
  var gainInterval: String {
    guard let gainLow, let gainHigh, let seeds else { return "" }
    return " (labels minus teacher \(Text.plain(gainLow))–\(Text.plain(gainHigh)) at 95 %, \(seeds) seeds)"
  }

  /// What may be said of the teacher's help: with an interval, only what it allows.
  var helped: String {
    if let gainLow, let gainHigh, gainLow <= 0, gainHigh >= 0 {
      return "made no difference that the seeds could tell"
    }
    return (gainLow ?? (lossFromLabels - lossFromTeacher)) > 0 ? "helped" : "did not help"
  }

  enum CodingKeys: String, CodingKey {
    case accuracyShare = "accuracy_share"
    case fewerFLOPs = "fewer_flops_per_token"
    case lossFromLabels = "loss_from_labels"
    case lossFromTeacher = "loss_from_teacher"
    case gainPerDecade = "loss_gain_per_decade_of_flops"
    case fewerBytes = "fewer_bytes_per_token"
    case fewerJoules = "fewer_joules_per_token"
    case gainLow = "gain_low_nats"
    case gainHigh = "gain_high_nats"
    case seeds
  }
}

/// The same, in a unit that can be read.
struct PicojoulesPerFLOP: Quantity {
  static let unit = "pJ/FLOP"
  let value: Double
  init(_ value: Double) { self.value = value }
  init(_ energy: JoulesPerFLOP) { value = energy.value * 1e12 }
}
