import Quantities

/// The run was asked to stop. Everything measured until then is in `results`, one per alternative.
public struct Interrupted: Error {
  public let results: [AlternativeResult]

  public init(results: [AlternativeResult]) { self.results = results }
}

/// What the sampler is doing. It prints nothing itself.
public enum Progress: Hashable, Sendable {
  case checking(label: String)
  case warmingUp(label: String)
  case sampled(label: String, round: Int, perIteration: Seconds)
}

/// Checks a case's alternatives against the oracle, then times them in turn.
public struct Sampler {
  let clock: Clock
  let isInterrupted: () -> Bool
  let counts: CountSource?

  /// - Parameters:
  ///   - isInterrupted: asked between samples; it must be cheap.
  ///   - counts: what else is counted over the samples; nil for nothing.
  public init(
    clock: Clock = .monotonic, counts: CountSource? = nil, isInterrupted: @escaping () -> Bool = { false }
  ) {
    (self.clock, self.counts, self.isInterrupted) = (clock, counts, isInterrupted)
  }

  /// One result per alternative, in their order.
  ///
  /// All are checked first; one that fails is never timed, one that throws later is out, the others go on.
  /// Each is warmed up until two calibrations agree; then they run in rounds (`Schedule.order`) until they have all their
  /// samples or have spent the budget.
  /// - Throws: `Interrupted`, with the results so far.
  public func run(_ measured: Case, plan: SamplingPlan, progress: @escaping (Progress) -> Void = { _ in })
    throws(Interrupted) -> [AlternativeResult]
  {
    let run = SamplingRun(measured.alternatives, plan: plan, sampler: self, progress: progress)
    try run.check()
    guard plan.budget > .zero else { return run.results(otherwise: "checked only: the time budget is zero") }
    try run.warmUp()
    try run.sample()
    return run.results(otherwise: "never sampled")
  }
}
