import Claims
import KernelCases
import Quantities
import Results

/// What a run's kernels say about claims of speed.
extension Evidence {
  private static let remeasure = "not measured yet: run perwatt run"

  static func ladder(_ record: RunRecord) -> Reading<LadderEvidence> {
    let measured = record.cases.first { $0.group == "ladder" }
    func row(_ rung: KernelCases.Rung) -> AlternativeRecord? {
      measured?.alternatives.first { $0.label == rung.rawValue }
    }
    func time(_ rung: KernelCases.Rung) -> Seconds? { row(rung)?.time?.median }
    func bounds(_ rung: KernelCases.Rung) -> ClosedRange<Double>? {
      guard let naive = row(.naive), let best = row(rung), let ratio = naive.ratio(over: best),
        ratio.confidence >= 0.95
      else { return nil }
      return ratio.low...ratio.high
    }
    guard let naive = time(.naive), let simd = time(.simd), let parallel = time(.parallel),
      let work = measured?.work.flops
    else { return .missing(reason: measured == nil ? remeasure : "the ladder was not timed to its end") }
    var ladder = LadderEvidence(naive: naive, bestOneThread: simd, bestAllThreads: parallel, work: work)
    (ladder.vectorBounds, ladder.wholeBounds) = (bounds(.simd), bounds(.parallel))
    return .measured(ladder)
  }

  static func scaling(_ record: RunRecord) -> Reading<ScalingEvidence> {
    guard let measured = record.cases.first(where: { $0.group == "scaling" }) else {
      return .missing(reason: remeasure)
    }
    func time(_ label: String) -> Seconds? {
      measured.alternatives.first { $0.label == label }?.time?.median
    }
    let points = KernelCases.threadCounts(upTo: record.protocolUsed.threads).compactMap { count in
      time(KernelCases.scalingLabel(naive: true, threads: count)).flatMap { naive in
        time(KernelCases.scalingLabel(naive: false, threads: count)).map {
          ScalingEvidence.Point(threads: count, naive: naive, best: $0)
        }
      }
    }
    guard points.first?.threads == 1 else { return .missing(reason: "the curve has no single thread") }
    return .measured(ScalingEvidence(points: points))
  }

  /// The format that gains most beside f32.
  static func lowPrecision(_ record: RunRecord) -> Reading<LowPrecisionEvidence> {
    let rows = record.cases.first { $0.id.hasPrefix("formats.linear.") }?.alternatives ?? []
    guard let single = rows.first(where: { $0.label == "f32" })?.time?.median else {
      return .missing(reason: remeasure + ", without --quick")
    }
    let gains = rows.compactMap { row in row.time.map { (row.label, single / $0.median) } }
    return gains.max { $0.1 < $1.1 }.map { .measured(LowPrecisionEvidence(format: $0.0, gain: $0.1)) }
      ?? .missing(reason: remeasure)
  }

  /// Energy of an operation while a prompt is read.
  static func work(_ record: RunRecord, _ model: ModelRecord, _ backend: String) -> Reading<WorkEvidence> {
    let phases = model.backends.first { $0.backend == backend }?.phases
    guard let roofline = phases?.first(where: { $0.phase == .prefill })?.roofline.value,
      let found = record.energy.first(where: { $0.backend == backend && $0.phase == .prefill })
    else { return .missing(reason: "no energy of a prompt in this run") }
    return found.comparable.map {
      let flops = roofline.flopsPerToken.value
      let (low, high) = (
        JoulesPerFLOP($0.perToken.low.value / flops), JoulesPerFLOP($0.perToken.high.value / flops)
      )
      return WorkEvidence(perFLOP: low...high, boundary: $0.origin.boundary, tier: $0.origin.tier)
    }
  }
}
