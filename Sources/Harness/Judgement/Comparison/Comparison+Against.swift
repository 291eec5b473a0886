import Quantities
import Results
import Statistics

extension Comparison {
  /// Verdicts on two builds that took turns.
  ///
  /// The unit is the block: a process's memory lies where it lies, a bias that all its samples share. A block's figure is
  /// the median of its rounds' log ratios; over the blocks their trimmed mean counts, with its t interval.
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
    "both builds in turn, in blocks of fresh processes: median ratio of each block, trimmed mean over blocks"
}

extension AgainstRecord {
  /// Where code and data lie changes with every build, and times with it, by about as much.
  public static let floor = 0.01
}

extension AgainstBlock {
  /// The median over rounds of the logarithm of candidate over reference; nil without a round.
  public var logRatio: Double? {
    let pairs = LogRatio.pairs(candidate, over: reference)
    return pairs.isEmpty ? nil : Quantiles.median(pairs)
  }
}

extension Finding {
  init(_ measured: AgainstCase, floor: Double) {
    let ratios = measured.blocks.compactMap(\.logRatio)
    let estimate = measured.reason == nil ? RatioEstimate(logRatios: ratios) : nil
    let few = estimate == nil ? "\(ratios.count) whole blocks; \(RatioEstimate.fewest) are needed" : nil
    self.init(
      id: measured.id, title: measured.title, label: measured.label,
      reference: Self.time(measured.blocks.map(\.reference)),
      candidate: Self.time(measured.blocks.map(\.candidate)),
      estimate: estimate, floor: floor, note: measured.reason ?? few)
  }

  /// The median of the blocks' medians; nil without a time.
  private static func time(_ blocks: [[Double]]) -> Seconds? {
    let medians = blocks.filter { !$0.isEmpty }.map(Quantiles.median)
    return medians.isEmpty ? nil : Seconds(Quantiles.median(medians))
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
