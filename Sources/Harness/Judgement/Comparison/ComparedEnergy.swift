import Quantities
import Results
import Statistics

/// Energy of a token on two sides. Shown beside the verdicts on times, and no part of them: it never closes a gate.
public struct ComparedEnergy: Codable, Hashable, Sendable {
  /// The case that timed the same work.
  public var id: String
  public var label: String
  /// Gross; the median of a side's runs.
  public var reference: JoulesPerToken, candidate: JoulesPerToken
  /// Where each side's figures come from.
  public var referenceOrigin: EnergyOrigin, candidateOrigin: EnergyOrigin
  /// Candidate over reference. Missing where the two must not be divided: another boundary or tier, a proxy, a window
  /// that is invalid.
  public var ratio: Reading<Double>
  /// Differences up to this share are not seen with these meters; nil where one of them had no A/A.
  public var visible: Double?

  private enum CodingKeys: String, CodingKey {
    case reference = "reference_j_per_token"
    case candidate = "candidate_j_per_token"
    case referenceOrigin = "reference_origin"
    case candidateOrigin = "candidate_origin"
    case id, label, ratio, visible
  }
}

extension ComparedEnergy {
  /// A row for each case and backend with energy on both sides, in the reference's order; of runs that were read whole.
  /// - Parameter refused: cases that were measured otherwise on one side; their energy is not divided either.
  static func rows(
    _ candidate: RunSide, over reference: RunSide, refusing refused: [RunSide.Key]
  ) -> [ComparedEnergy] {
    let (old, new) = (EnergySide(reference), EnergySide(candidate))
    return old.keys.compactMap { key in
      guard let before = old.figures[key], let after = new.figures[key] else { return nil }
      var row = ComparedEnergy(key, before, after)
      if refused.contains(where: { $0.id == key.id && $0.label == key.label }) {
        row.ratio = .missing(reason: "the case was measured otherwise")
      }
      return row
    }
  }

  private init(_ key: EnergySide.Key, _ old: [EnergyFigure], _ new: [EnergyFigure]) {
    func median(_ figures: [EnergyFigure]) -> JoulesPerToken {
      JoulesPerToken(Quantiles.median(figures.map(\.perToken.central.value)))
    }
    (id, label) = (key.id, key.label)
    (reference, candidate) = (median(old), median(new))
    (referenceOrigin, candidateOrigin) = (old[0].origin, new[0].origin)
    let seen = (old + new).map { $0.metering?.smallestDifference.value }
    visible = seen.contains(nil) ? nil : seen.compactMap(\.self).max()
    ratio =
      Self.problem(old + new).map { Reading.missing(reason: $0) }
      ?? .measured(candidate.value / reference.value)
  }

  /// Why figures must not be divided by one another; nil where they may.
  private static func problem(_ figures: [EnergyFigure]) -> String? {
    let coverages = Set(figures.map { "\($0.origin.boundary), \($0.origin.tier)" }).sorted()
    guard coverages.count == 1 else {
      return "not comparable: \(coverages.joined(separator: " against "))"
    }
    if figures.contains(where: \.isProxy) { return "not comparable: a proxy is no measurement" }
    return figures.lazy.flatMap(\.problems).first.map { "invalid: \($0)" }
  }
}

/// The figures of one side.
private struct EnergySide {
  struct Key: Hashable { var id: String, label: String }
  var keys: [Key] = []
  var figures: [Key: [EnergyFigure]] = [:]

  init(_ side: RunSide) {
    for run in side.runs.compactMap(\.record) {
      for row in run.energy {
        guard let figure = row.energy.value, let id = run.phase(of: row)?.caseID else { continue }
        let key = Key(id: id, label: row.backend)
        if figures[key] == nil { keys.append(key) }
        figures[key, default: []].append(figure)
      }
    }
  }
}
