import Quantities
import Statistics

/// Whether the times of successive runs have settled: pure arithmetic.
public enum Steadiness {
  /// Two medians that differ by less than this share count as equal. Turbo clocks and cold caches move times by more;
  /// what is left is for the interval to tell.
  public static let tolerance = 0.05
  /// Runs in each of the two groups that are compared at most: of three, the median survives one disturbance.
  static let group = 3
  /// Samples from which on their two halves are compared; of fewer, a half is no more than an accident.
  static let samplesNeeded = 8

  /// By which share the median of the last runs differs from that of as many before them, positive where times rose.
  /// Nil where there are fewer than two.
  static func change(_ times: [Double], group: Int = group) -> Double? {
    let size = min(group, times.count / 2)
    guard size > 0 else { return nil }
    let before = Quantiles.median(Array(times.suffix(2 * size).prefix(size)))
    let after = Quantiles.median(Array(times.suffix(size)))
    return before > 0 && before.isFinite && after.isFinite ? after / before - 1 : nil
  }

  static func agrees(_ change: Double) -> Bool { abs(change) <= tolerance }

  /// Why `samples`, in the order in which they were taken, are no steady state: their second half differs from the
  /// first. Nil where it does not, or where there are too few to tell.
  public static func problem(in samples: [Double]) -> String? {
    guard samples.count >= samplesNeeded, let change = change(samples, group: samples.count),
      !agrees(change)
    else { return nil }
    return "the second half of the samples took \(text(change)) than the first"
  }

  /// `8.3 % longer`.
  static func text(_ change: Double) -> String {
    "\(Format.fixed(abs(change) * 100, 1)) % \(change > 0 ? "longer" : "less")"
  }
}

/// The runs of a sample's length before the first sample of an alternative. Their median calibrates it; that is
/// believed when a second one agrees.
struct WarmUp {
  /// Times per iteration.
  private(set) var times: [Double] = []
  private(set) var total = Seconds.zero
  /// The first, cold call, where it filled a sample; counts only where a single run came after it.
  let cold: Seconds?
  private let plan: SamplingPlan

  init(_ plan: SamplingPlan, cold: Seconds) {
    (self.plan, self.cold) = (plan, cold >= plan.minimumSample ? cold : nil)
  }

  mutating func add(_ elapsed: Seconds, iterations: Int) {
    total += elapsed
    times.append((elapsed / Double(iterations)).value)
  }

  /// As long as it takes, but no longer than `SamplingPlan.warmUpLimit`.
  var isOver: Bool {
    if total >= plan.warmUpLimit { return true }
    guard times.count >= 2 * Steadiness.group, let change else { return false }
    return total >= plan.warmUp && Steadiness.agrees(change)
  }

  private var change: Double? {
    times.count > 1 ? Steadiness.change(times) : cold.flatMap { Steadiness.change([$0.value] + times) }
  }

  /// The later calibration.
  var perIteration: Seconds {
    Seconds(Quantiles.median(Array(times.suffix(max(1, min(Steadiness.group, times.count / 2))))))
  }

  /// Why the two calibrations do not agree, for one that is over.
  var problem: String? {
    guard let change else { return "calibrated by one run alone, which took \(Format.si(total))" }
    guard !Steadiness.agrees(change) else { return nil }
    let runs = times.count == 1 ? "one run" : "\(times.count) runs"
    return "no steady state in \(runs) of warm-up (\(Format.si(total))): the last calibration took "
      + "\(Steadiness.text(change)) than the one before"
  }
}
