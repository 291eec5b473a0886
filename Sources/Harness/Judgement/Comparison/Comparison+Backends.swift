import Measurement
import Quantities
import Results
import Statistics

extension Comparison {
  /// Verdicts on two backends of one run, paired by rounds.
  ///
  /// - Throws: `ComparisonRefusal` where the run is invalid or lacks one of them.
  public init(
    backend candidate: String, over reference: String, in run: RunRecord, floor: Double? = nil,
    level: Double = 0.95
  ) throws(ComparisonRefusal) {
    guard run.validity.status != .invalid else {
      throw .invalid(side: "the run", reason: run.validity.reasons.joined(separator: "; "))
    }
    let known = run.cases.flatMap(\.alternatives).filter(\.isTimed).map(\.label)
    for label in [reference, candidate] where !known.contains(label) {
      throw .noBackend(label: label, known: Set(known).sorted())
    }
    let findings = run.cases.compactMap { measured in
      measured.pair(reference, candidate).map { old, new in
        Finding(
          measured, old, new, floor: floor ?? max(AgainstRecord.floor, run.noise(of: measured.group) ?? 0))
      }
    }
    guard !findings.isEmpty else { throw .nothingInCommon(reference: reference, candidate: candidate) }
    self.init(
      reference: reference, candidate: candidate, basis: "both backends in turn, in rounds of one run",
      level: level,
      rows: Family.judge(findings, level: level),
      mean: RatioEstimate(geometricMeanOf: findings.compactMap(\.estimate))?.interval(level: level),
      differences: [], notes: [])
  }
}

extension CaseRecord {
  fileprivate func pair(_ reference: String, _ candidate: String) -> (AlternativeRecord, AlternativeRecord)? {
    guard let old = alternatives.first(where: { $0.label == reference && $0.isTimed }),
      let new = alternatives.first(where: { $0.label == candidate && $0.isTimed })
    else { return nil }
    return (old, new)
  }
}

extension Finding {
  fileprivate init(
    _ measured: CaseRecord, _ old: AlternativeRecord, _ new: AlternativeRecord, floor: Double
  ) {
    let theirs = Dictionary(zip(old.rounds, old.samples)) { first, _ in first }
    let pairs = zip(new.rounds, new.samples).compactMap { round, mine in theirs[round].map { (mine, $0) } }
    let estimate = RatioEstimate(logRatios: LogRatio.pairs(pairs.map(\.0), over: pairs.map(\.1)))
    self.init(
      id: measured.id, title: measured.title, label: new.label, reference: old.time?.median,
      candidate: new.time?.median, estimate: estimate, floor: floor,
      note: estimate == nil ? "\(pairs.count) common rounds are too few" : nil)
  }
}
