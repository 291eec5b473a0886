import Measurement
import Quantities
import Results
import Statistics

/// Why two stored runs, or two backends, are not compared; one line.
public enum ComparisonRefusal: Error, Hashable, CustomStringConvertible {
  case invalid(side: String, reason: String)
  case otherProtocol(example: String, reference: String, candidate: String)
  case nothingInCommon(reference: String, candidate: String)
  case noBackend(label: String, known: [String])

  public var description: String {
    switch self {
    case .invalid(let side, let reason):
      "\(side): the run is invalid (\(reason)); its figures must not be compared, measure again"
    case .otherProtocol(let example, let reference, let candidate):
      "the runs were not measured alike: \(example) with \(reference) here and \(candidate) there; repeat one of them as "
        + "the other was"
    case .nothingInCommon(let reference, let candidate):
      "\(reference) and \(candidate) have no case with a backend in common; perwatt show lists what a run has"
    case .noBackend(let label, let known):
      "no case was timed with the backend '\(label)'; there are \(known.joined(separator: ", "))"
    }
  }
}

extension Comparison {
  /// Runs on a side from which on their spread, with all drift between them, makes the interval.
  public static let enoughRuns = 3
  /// What two runs of one build may differ by: on a shared machine half of the cases do by more than 5 %.
  public static let driftBetweenRuns = 0.1

  /// Verdicts on two stored runs, or two sets of them, case by case. On a side that has a case in three runs or more, a
  /// run is the unit, else a sample is. An interval that rests on samples does not see the drift between two runs, so that
  /// differences have to exceed `driftBetweenRuns` and the runs' own noise.
  ///
  /// - Parameter floor: what the user takes for no difference, instead of those.
  /// - Throws: `ComparisonRefusal`.
  public init(
    _ candidate: RunSide, over reference: RunSide, floor: Double? = nil, level: Double = 0.95
  ) throws(ComparisonRefusal) {
    for side in [reference, candidate] { try side.refuseInvalid() }
    let pairing = Pairing(reference, candidate)
    guard !pairing.shared.isEmpty else {
      throw .nothingInCommon(reference: reference.name, candidate: candidate.name)
    }
    if let (key, old, new) = pairing.mismatches.first, pairing.mismatches.count == pairing.shared.count {
      throw .otherProtocol(example: key.id, reference: old, candidate: new)
    }
    let rows = pairing.comparable.map { (pairing.old[$0]!, pairing.new[$0]!) }
    let findings = zip(pairing.comparable, rows).map { Finding($0, $1.0, $1.1, floor: floor) }
    let byRun = rows.count { $0.isByRun && $1.isByRun }
    self.init(
      reference: reference.name, candidate: candidate.name, basis: Self.basis(byRun, of: rows.count),
      level: level, rows: Family.judge(findings, level: level),
      mean: Self.mean(findings, byRun: byRun == rows.count)?.interval(level: level),
      differences: RunDifferences.lines(reference, candidate), notes: pairing.notes)
    let energies = ComparedEnergy.rows(candidate, over: reference, refusing: pairing.mismatches.map(\.key))
    energy = energies.isEmpty ? nil : energies
  }

  private static func basis(_ byRun: Int, of count: Int) -> String {
    let runs = "each run is one figure, and the drift between runs is in the intervals"
    let samples =
      "the drift between runs is in no interval, so that differences up to "
      + "\(Format.fixed(driftBetweenRuns * 100, 0)) % are not called; three runs on each side, or perwatt against, see more"
    if byRun == count { return runs }
    return byRun == 0 ? samples : "\(byRun) of \(count) cases: \(runs); the others: \(samples)"
  }

  /// Where drift is in no row's interval, the rows' own spread has to tell it.
  private static func mean(_ findings: [Finding], byRun: Bool) -> RatioEstimate? {
    let estimates = findings.compactMap(\.estimate)
    return byRun
      ? RatioEstimate(geometricMeanOf: estimates)
      : RatioEstimate(logRatios: estimates.map { LogRatio.of(share: $0.ratio - 1) })
  }
}

extension RunSide {
  fileprivate func refuseInvalid() throws(ComparisonRefusal) {
    for run in runs where run.validity.status == .invalid {
      throw .invalid(side: name, reason: run.validity.reasons.joined(separator: "; "))
    }
  }
}

/// What two sides have in common.
private struct Pairing {
  let old: [RunSide.Key: RunSide.Timed], new: [RunSide.Key: RunSide.Timed]
  /// In the reference's order.
  let shared: [RunSide.Key]
  let mismatches: [(key: RunSide.Key, old: String, new: String)]
  let notes: [String]

  init(_ reference: RunSide, _ candidate: RunSide) {
    let sameThreads = !reference.threads.isDisjoint(with: candidate.threads)
    let withThreads = sameThreads || max(reference.threads.count, candidate.threads.count) > 1
    let (keys, old) = reference.timed(withThreads: withThreads)
    let (others, new) = candidate.timed(withThreads: withThreads)
    (self.old, self.new) = (old, new)
    shared = keys.filter { new[$0] != nil }
    mismatches = shared.compactMap { key in
      let (a, b) = (old[key]!.protocols.sorted(), new[key]!.protocols.sorted())
      return a == b && a.count == 1
        ? nil : (key, a.joined(separator: " and "), b.joined(separator: " and "))
    }
    let lonely = [
      (reference.name, keys.count - shared.count), (candidate.name, others.count { old[$0] == nil }),
    ]
    notes =
      lonely.filter { $0.1 > 0 }.map { "\($0.1) only in \($0.0)" }
      + mismatches.map { "\($0.key.id) \($0.key.label) was measured otherwise: \($0.old); \($0.new)" }
  }

  var comparable: [RunSide.Key] {
    let refused = Set(mismatches.map(\.key))
    return shared.filter { !refused.contains($0) }
  }
}

extension Finding {
  fileprivate init(_ key: RunSide.Key, _ old: RunSide.Timed, _ new: RunSide.Timed, floor: Double?) {
    let byRun = old.isByRun && new.isByRun
    let (a, b) = (old.units, new.units)
    let noise = (old.noise + new.noise).max() ?? 0
    let least = byRun ? AgainstRecord.floor : max(Comparison.driftBetweenRuns, noise)
    let isEnough = [old, new].allSatisfy { $0.isByRun || $0.units.count >= RatioEstimate.fewest }
    let estimate = isEnough ? RatioEstimate(b, over: a, fewest: Comparison.enoughRuns) : nil
    self.init(
      id: key.id, title: old.title, label: key.label, reference: Seconds(Quantiles.median(a)),
      candidate: Seconds(Quantiles.median(b)), estimate: estimate, floor: floor ?? least,
      note: estimate == nil ? "fewer than \(RatioEstimate.fewest) samples on a side" : nil)
  }
}
