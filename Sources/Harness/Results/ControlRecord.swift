import Measurement
import Quantities
import Statistics

/// An A/A control: one alternative of a case against itself, rotated as alternatives are. What its ratio shows is noise.
public struct ControlRecord: Codable, Hashable, Sendable {
  /// The case of group `control` that holds its samples.
  public var caseID: String
  /// What ran against itself: the title of a case, and the label of one of its alternatives.
  public var subject: String
  public var label: String
  /// The group of cases for which it stands: `kernel`, `model`, `machine`.
  public var group: String
  /// The time of the second side over that of the first, the median over rounds; missing below a confidence of 95 %.
  public var ratio: Reading<Figure>
  /// Pairs of samples behind it.
  public var pairs: Int
  /// The smallest slow-down, as a share, that a pair of alternatives as noisy as this one would have shown in four of five
  /// runs; nil where there are too few pairs.
  public var smallestEffect: Double?

  /// - Parameters:
  ///   - measured: the control's own case.
  ///   - label: that of the alternative which ran against itself in `subject`.
  public init(_ measured: CaseRecord, of subject: CaseRecord, label: String) {
    (caseID, self.subject, self.label, group) = (measured.id, subject.title, label, subject.group)
    let sides = Case.controlLabels.map { name in measured.alternatives.first { $0.label == name } }
    guard let a = sides[0], let b = sides[1], a.isTimed, b.isTimed, let found = b.ratio(over: a) else {
      pairs = 0
      ratio = .missing(reason: sides.compactMap { $0?.reason }.first ?? "the control was not timed")
      return
    }
    pairs = found.count
    ratio =
      found.confidence >= 0.95
      ? .measured(Figure(found))
      : .missing(reason: "\(found.count) pairs of samples make no interval of 95 %")
    smallestEffect = floor.flatMap {
      SmallestEffect.share(count: found.count, spread: RobustZ.deviation(b.logRatios(over: a)), floor: $0)
    }
  }

  /// The noise floor as a share: 0.012 where times of the same work may differ by 1.2 %. The end of the interval that is
  /// farther from one, as a factor.
  public var floor: Double? { ratio.value.map { max($0.high, 1 / $0.low, 1) - 1 } }

  private enum CodingKeys: String, CodingKey {
    case caseID = "case_id"
    case smallestEffect = "smallest_effect"
    case subject, label, group, ratio, pairs
  }
}

extension RunRecord {
  /// The control that stands for cases of `group`: that of the group, else the first one. Nil where there was none.
  public func control(for group: String) -> ControlRecord? {
    controls?.first { $0.group == group } ?? controls?.first
  }
}
