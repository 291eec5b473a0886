import Quantities
import Results
import Statistics

extension Comparison {
  /// Verdicts on two builds that took turns.
  ///
  /// The unit is the block: a process's memory lies where it lies, a bias that all its samples share. Within a block the
  /// lower quartiles are compared, because others on the machine only add time. Over the blocks the trimmed mean of the
  /// log ratios counts, with its t interval.
  ///
  /// - Parameter floor: differences up to this share count as none.
  public init(_ record: AgainstRecord, floor: Double = AgainstRecord.floor, level: Double = 0.95) {
    let findings = record.cases.map { Finding($0, floor: floor) }
    var rows = Family.judge(findings, level: level)
    if let again = record.confirmation { rows.confirm(again, floor: floor, level: level) }
    self.init(
      reference: record.reference, candidate: record.candidate, basis: Self.againstBasis, level: level,
      rows: rows,
      mean: RatioEstimate(geometricMeanOf: findings.compactMap(\.estimate))?.interval(level: level),
      differences: [], notes: record.notes)
  }

  private static let againstBasis =
    "both builds in turn, in blocks of fresh processes; ratios of lower quartiles, trimmed mean over blocks"
}

extension AgainstRecord {
  /// Where code and data lie changes with every build, and times with it, by about as much.
  public static let floor = 0.01
}

extension AgainstBlock {
  /// The logarithm of candidate over reference; nil without a time.
  public var logRatio: Double? {
    guard let times = lowerQuartiles else { return nil }
    return LogRatio.pairs([times.candidate], over: [times.reference])[0]
  }

  var lowerQuartiles: (reference: Double, candidate: Double)? {
    guard !reference.isEmpty, !candidate.isEmpty else { return nil }
    return (
      Quantiles.quantile(ofSorted: reference.sorted(), 0.25),
      Quantiles.quantile(ofSorted: candidate.sorted(), 0.25)
    )
  }
}

extension Finding {
  init(_ measured: AgainstCase, floor: Double) {
    let times = measured.blocks.compactMap(\.lowerQuartiles)
    let estimate =
      measured.reason == nil ? RatioEstimate(logRatios: measured.blocks.compactMap(\.logRatio)) : nil
    let few = estimate == nil ? "\(times.count) whole blocks; \(RatioEstimate.fewest) are needed" : nil
    self.init(
      id: measured.id, title: measured.title, label: measured.label,
      reference: times.isEmpty ? nil : Seconds(Quantiles.median(times.map(\.reference))),
      candidate: times.isEmpty ? nil : Seconds(Quantiles.median(times.map(\.candidate))),
      estimate: estimate, floor: floor, note: measured.reason ?? few)
  }
}

extension [ComparedRow] {
  /// A row that was called slower stays so only if a second measurement, by itself, calls it so again; the figures are
  /// then those of the second one, which nobody selected.
  fileprivate mutating func confirm(_ again: [AgainstCase], floor: Double, level: Double) {
    let second = Family.judge(again.map { Finding($0, floor: floor) }, level: level)
    for index in indices where self[index].verdict == .slower {
      let first = self[index]
      guard let found = second.first(where: { $0.id == first.id && $0.label == first.label }) else {
        self[index].verdict = .undecided
        self[index].note = "suspected, and not measured again"
        continue
      }
      let before = first.interval.map { "\(Format.fixed($0.ratio, 3)) at first" } ?? ""
      self[index] = found
      if found.verdict == .slower {
        self[index].note = "confirmed: \(before)"
      } else {
        self[index].verdict = .undecided
        self[index].note = "suspected and not confirmed: \(before)"
      }
    }
  }
}
