import Quantities

/// One run over one case: a lane per alternative.
final class SamplingRun {
  private var lanes: [Lane]
  private let plan: SamplingPlan
  private let sampler: Sampler
  private let progress: (Progress) -> Void

  init(
    _ alternatives: [Alternative], plan: SamplingPlan, sampler: Sampler,
    progress: @escaping (Progress) -> Void
  ) {
    lanes = alternatives.map { Lane(alternative: $0) }
    for i in lanes.indices { lanes[i].failure = lanes[i].alternative.skipReason.map { .skipped(reason: $0) } }
    (self.plan, self.sampler, self.progress) = (plan, sampler, progress)
  }

  /// The results so far; alternatives that have neither samples nor a failure are skipped for `reason`.
  func results(otherwise reason: String) -> [AlternativeResult] {
    lanes.map { $0.result(otherwise: reason) }
  }

  private var active: [Int] { lanes.indices.filter { lanes[$0].isActive } }
  /// Each alternative's part of the budget; what failed needs none.
  private var share: Seconds { plan.budget / Double(max(1, lanes.count { $0.failure == nil })) }

  private func stopIfAsked() throws(Interrupted) {
    guard sampler.isInterrupted() else { return }
    for i in active where !lanes[i].samples.isEmpty { lanes[i].notes.append("interrupted") }
    throw Interrupted(results: results(otherwise: "interrupted before its first sample"))
  }

  /// Asks the oracle about every alternative.
  func check() throws(Interrupted) {
    for i in active {
      try stopIfAsked()
      progress(.checking(label: lanes[i].alternative.label))
      do {
        lanes[i].check = try lanes[i].alternative.check?()
      } catch {
        try stopIfAsked()
        lanes[i].failure = .failedCheck(reason: "the check did not finish: \(oneLine(error))")
      }
      if let check = lanes[i].check, !check.passed {
        lanes[i].failure = .failedCheck(
          reason: "\(check.metric) \(check.error) is above the tolerance \(check.tolerance)")
      }
    }
  }

  /// Warms every alternative up and decides the iterations per sample.
  func warmUp() throws(Interrupted) {
    for i in active {
      progress(.warmingUp(label: lanes[i].alternative.label))
      if let time = try settledTime(of: i) { lanes[i].perIteration = time }
      sampler.clock.sleep(lanes[i].alternative.cooldown)
    }
    let counts = Schedule.iterations(
      for: active.map { lanes[$0].perIteration }, minimum: plan.minimumSample,
      limit: SamplingPlan.slowSampleLimit)
    let shared = counts.max() ?? 1
    for (i, count) in zip(active, counts) {
      lanes[i].iterations = count
      guard count < shared else { continue }
      let time = Format.si(lanes[i].perIteration * Double(shared))
      lanes[i].notes.append("\(count) instead of \(shared) iterations per sample, which would take \(time)")
    }
  }

  /// Seconds per iteration after warm-up, once two calibrations agree or the limit is reached; nil after a failure.
  private func settledTime(of i: Int) throws(Interrupted) -> Seconds? {
    guard let cold = try time(i, iterations: 1) else { return nil }
    if plan.isSettled(by: cold) { return cold }
    if Schedule.believes(coldCall: cold, share: share) {
      lanes[i].unsteady.append("calibrated by its first call alone, which took \(Format.si(cold))")
      return cold
    }
    var (iterations, warmUp) = (1, WarmUp(plan, cold: cold))
    while let elapsed = try time(i, iterations: iterations) {
      if elapsed >= plan.minimumSample {
        warmUp.add(elapsed, iterations: iterations)
        guard warmUp.isOver else { continue }
        lanes[i].unsteady += [warmUp.problem].compactMap(\.self)
        return warmUp.perIteration
      }
      guard isTimeable(i, iterations, elapsed) else { return nil }
      iterations = Schedule.nextIterations(after: iterations, took: elapsed, target: plan.minimumSample)
    }
    return nil
  }

  /// False, and noted, where more iterations would not help.
  private func isTimeable(_ i: Int, _ iterations: Int, _ elapsed: Seconds) -> Bool {
    if elapsed == .zero, !sampler.clock.advances {
      fail(i, "the clock stands still")
    } else if iterations == Schedule.maxIterations {
      fail(i, "\(iterations) iterations took \(elapsed.value) s: it seems to do nothing")
    }
    return lanes[i].failure == nil
  }

  /// Takes samples in rounds until no alternative is left.
  func sample() throws(Interrupted) {
    var (round, turn) = (0, 0)
    var running = active
    while !running.isEmpty {
      for position in Schedule.order(of: running.count, round: turn) {
        try takeSample(of: running[position], round: round)
      }
      retire()
      // The rotation starts afresh when someone has left, so that positions stay balanced.
      turn = active == running ? turn + 1 : 0
      running = active
      round += 1
    }
  }

  private func takeSample(of i: Int, round: Int) throws(Interrupted) {
    // Another program's events are not this process's.
    let counted = lanes[i].alternative.toldTime == nil ? sampler.counts?.begin() : nil
    guard let elapsed = try time(i, iterations: lanes[i].iterations) else { return }
    let counts = counted?()
    guard elapsed > .zero else { return fail(i, "the clock did not move during a sample") }
    if let counts { lanes[i].counts = lanes[i].counts?.adding(counts) ?? counts }
    let perIteration = elapsed / Double(lanes[i].iterations)
    lanes[i].samples.append(perIteration.value)
    lanes[i].rounds.append(round)
    lanes[i].usage.samples += 1
    lanes[i].usage.busy += elapsed
    lanes[i].usage.paused += lanes[i].alternative.cooldown
    progress(.sampled(label: lanes[i].alternative.label, round: round, perIteration: perIteration))
    sampler.clock.sleep(lanes[i].alternative.cooldown)
  }

  private func retire() {
    let spent = lanes.reduce(Seconds.zero) { $0 + $1.usage.busy + $1.usage.paused }
    for i in active {
      switch Schedule.stop(lanes[i].usage, share: share, caseSpent: spent, plan: plan) {
      case nil: continue
      case .complete: break
      case .shareSpent: lanes[i].notes.append("stopped: its share of the time budget was spent")
      case .budgetSpent: lanes[i].notes.append("stopped: the case's time budget was spent")
      }
      lanes[i].isDone = true
    }
  }

  /// The time of one call of the body; nil if it failed, which is then noted.
  private func time(_ i: Int, iterations: Int) throws(Interrupted) -> Seconds? {
    try stopIfAsked()
    let (body, toldTime) = (lanes[i].alternative.body, lanes[i].alternative.toldTime)
    let start = sampler.clock.now()
    do {
      try body(iterations)
    } catch {
      try stopIfAsked()  // work that stops because of an interrupt has not failed
      fail(i, oneLine(error))
      return nil
    }
    let elapsed = toldTime?() ?? sampler.clock.now() - start
    if elapsed >= .zero { return elapsed }
    fail(i, "the clock ran backwards")
    return nil
  }

  private func fail(_ i: Int, _ reason: String) { lanes[i].failure = .failed(reason: reason) }
}

/// One alternative while it is measured.
struct Lane {
  let alternative: Alternative
  var check: CheckResult?
  var failure: AlternativeResult.Status?
  var isDone = false
  var perIteration = Seconds.zero
  var iterations = 1
  var samples: [Double] = []
  var rounds: [Int] = []
  var usage = Schedule.Usage()
  var notes: [String] = []
  var unsteady: [String] = []
  var counts: EventCounts?

  init(alternative: Alternative) { self.alternative = alternative }

  var isActive: Bool { failure == nil && !isDone }

  func result(otherwise reason: String) -> AlternativeResult {
    AlternativeResult(
      label: alternative.label,
      status: failure ?? (samples.isEmpty ? .skipped(reason: reason) : .timed),
      check: check, samples: samples, rounds: rounds, iterations: iterations, note: Self.joined(notes),
      unsteady: Self.joined(unsteady + [Steadiness.problem(in: samples)].compactMap(\.self)), counts: counts)
  }

  private static func joined(_ notes: [String]) -> String? {
    notes.isEmpty ? nil : notes.joined(separator: "; ")
  }
}

func oneLine(_ error: any Error) -> String {
  "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
}
