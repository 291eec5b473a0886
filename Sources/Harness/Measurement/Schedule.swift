import Quantities

// The sampler's arithmetic: pure functions of numbers, without clock or case.

/// Who runs when, how often, and for how long.
public enum Schedule {
  /// The rule of `order(of:round:)` in words, for the record.
  public static let note = "rounds in a cyclic Latin square, every second block reversed (two: ABBA BAAB)"

  /// The order in which `count` alternatives run in `round`: a cyclic Latin square per block of `count`
  /// rounds, so that each takes each position once; odd blocks run backwards, so that none always follows
  /// the same neighbour, and a linear drift of the machine cancels. Two alternatives give A B B A B A A B.
  public static func order(of count: Int, round: Int) -> [Int] {
    guard count > 0 else { return [] }
    let order = (0..<count).map { ($0 + round) % count }
    return (round / count).isMultiple(of: 2) ? order : order.reversed()
  }

  /// More iterations than this are not tried: work this small was optimised away.
  static let maxIterations = 1_000_000_000

  /// A first call that takes a second is believed without a second call where that would cost more than
  /// the budget: loading a library or starting threads takes less.
  static let trustedColdCall = Seconds(1)

  /// Whether the first call alone is good enough as an estimate.
  static func believes(coldCall: Seconds, share: Seconds) -> Bool {
    coldCall >= trustedColdCall && coldCall >= share
  }

  /// The iterations to try next, after `iterations` took `elapsed` and should have taken `target`: a fifth
  /// more than needed, at most ten times as many, because short times are mostly noise.
  static func nextIterations(after iterations: Int, took elapsed: Seconds, target: Seconds) -> Int {
    let wish = elapsed > .zero ? Double(iterations) * 1.2 * (target / elapsed) : .infinity
    let bounded = min(max(wish.rounded(.up), Double(iterations + 1)), Double(iterations) * 10)
    return Int(min(bounded, Double(maxIterations)))
  }

  /// Iterations per sample for alternatives whose iterations take `times`: one count for all, because
  /// counts of their own bias a ratio, from the fastest; except that those with samples longer than `limit`
  /// times `minimum` get fewer. Always at least one.
  static func iterations(for times: [Seconds], minimum: Seconds, limit: Double) -> [Int] {
    guard let fastest = times.min() else { return [] }
    let shared = count(in: minimum, of: fastest, .up)
    return times.map { min(shared, count(in: minimum * limit, of: $0, .down)) }
  }

  private static func count(in time: Seconds, of one: Seconds, _ rule: FloatingPointRoundingRule) -> Int {
    guard one > .zero else { return maxIterations }
    return Int(min(max((time / one).rounded(rule), 1), Double(maxIterations)))
  }

  /// What one alternative has used so far.
  struct Usage {
    var samples = 0
    /// Time within its samples.
    var busy = Seconds.zero
    /// Time in the pauses after them.
    var paused = Seconds.zero
  }

  /// Why an alternative gets no further sample, or nil if it gets one. At least two samples, whatever they
  /// cost, unless the plan wants a single one; up to `minSamples` only its own samples count, later its pauses and the whole case do too.
  static func stop(_ usage: Usage, share: Seconds, caseSpent: Seconds, plan: SamplingPlan) -> Stop? {
    if usage.samples < min(2, plan.maxSamples) { return nil }
    if usage.samples >= plan.maxSamples { return .complete }
    let isEarly = usage.samples < plan.minSamples
    // A sample that would overrun the share is not begun.
    let next = usage.busy / Double(usage.samples)
    if usage.busy + next + (isEarly ? .zero : usage.paused) > share { return .shareSpent }
    return !isEarly && caseSpent >= plan.budget ? .budgetSpent : nil
  }

  enum Stop: Hashable { case complete, shareSpent, budgetSpent }
}
