import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How noisy a machine was just before a run: what was seen, and a score from it. 0 is silence, 100 is hopeless.
public struct NoiseReport: Codable, Sendable, Hashable {
  public enum Word: String, Codable, Sendable, CaseIterable {
    /// Differences of a percent can be seen.
    case quiet
    /// Differences of several percent can be seen, in paired runs also smaller ones.
    case usable
    /// Only paired runs mean anything.
    case noisy
  }

  /// How long it was listened.
  public var duration: Seconds
  public var parts: [NoisePart]
  /// Points of the worst part: a machine is as quiet as its loudest neighbour.
  public var score: Double
  public var word: Word

  public init(duration: Seconds, parts: [NoisePart]) {
    (self.duration, self.parts) = (duration, parts)
    score = parts.map(\.points).max() ?? 0
    word = score < Self.usableFrom ? .quiet : score < Self.noisyFrom ? .usable : .noisy
  }

  public static let usableFrom = 33.0
  public static let noisyFrom = 67.0

  /// The parts that make the score what it is, worst first; empty on a quiet machine.
  public var causes: [NoisePart] {
    parts.filter { $0.points >= Self.usableFrom }.sorted { $0.points > $1.points }
  }

  private enum CodingKeys: String, CodingKey {
    case duration = "duration_s"
    case parts, score, word
  }
}

/// One source of noise.
public struct NoisePart: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Spread of the times of a fixed loop: 1.4826 · median absolute deviation / median.
    case jitter
    /// By how much the slowest hundredth of those times exceeds their median, as a share of it.
    case excursions
    /// CPU time that the hypervisor gave to others, of the time wanted.
    case steal
    /// Share of the time in which some program waited for a CPU.
    case waiting
    /// CPU time of other programs, of all time of the CPUs that we may use.
    case others
    /// How busy the other hardware threads of our core were.
    case sibling
    /// 1 where the governor is not `performance`.
    case governor
    /// 1 where turbo is on.
    case turbo
    /// Rise of a throttle counter, or level of a cooling device that slows CPUs.
    case throttle
  }

  public var kind: Kind
  public var amount: Reading<Double>
  /// 0…100; 0 for what could not be read.
  public var points: Double

  public init(_ kind: Kind, _ amount: Reading<Double>) {
    (self.kind, self.amount) = (kind, amount)
    points = amount.value.map { Self.scales[kind]?.points($0) ?? 0 } ?? 0
  }

  /// From harmless to hopeless, evenly on a logarithmic scale.
  struct Scale {
    var harmless: Double, hopeless: Double
    /// Points of the hopeless.
    var most = 100.0

    func points(_ amount: Double) -> Double {
      if amount <= harmless { return 0 }
      if amount >= hopeless { return most }
      // Only scales of yes or no begin at zero.
      return harmless > 0 ? most * log(amount / harmless) / log(hopeless / harmless) : most
    }
  }

  /// A fixed loop on an idle core of a desktop or a board spreads by 0.1 % or less, and a timer's interrupt costs a
  /// lap of 100 µs some percent. Governor and turbo alone make no machine noisy, but none with them is quiet.
  static let scales: [Kind: Scale] = [
    .jitter: Scale(harmless: 0.001, hopeless: 0.05), .excursions: Scale(harmless: 0.05, hopeless: 5),
    .steal: Scale(harmless: 0.002, hopeless: 0.05), .waiting: Scale(harmless: 0.02, hopeless: 0.8),
    .others: Scale(harmless: 0.03, hopeless: 0.6), .sibling: Scale(harmless: 0.03, hopeless: 0.5),
    .governor: Scale(harmless: 0, hopeless: 1, most: 50), .turbo: Scale(harmless: 0, hopeless: 1, most: 33),
    .throttle: Scale(harmless: 0, hopeless: 1),
  ]
}
