import Quantities
import Statistics

/// A row before it is judged.
struct Finding {
  var id: String, title: String, label: String
  var reference: Seconds?, candidate: Seconds?
  /// Nil where there were too few times.
  var estimate: RatioEstimate?
  var floor: Double
  var note: String?
}

/// Rows that are judged together.
enum Family {
  /// The verdicts on all findings by Holm's step-down rule (1979). Each row's interval has the level that the rule leaves
  /// to it, and the row is called faster or slower exactly where that interval lies beyond its floor.
  static func judge(_ findings: [Finding], level: Double) -> [ComparedRow] {
    let p = findings.map { $0.estimate?.p(floor: $0.floor) }
    let judged = p.compactMap(\.self)
    let levels = levels(of: judged, level: level)
    let adjusted = Multiplicity.holm(judged)
    var place = 0
    return findings.map { finding in
      guard finding.estimate != nil else { return row(finding, p: nil, level: level) }
      defer { place += 1 }
      return row(finding, p: adjusted[place], level: levels[place])
    }
  }

  /// The confidence of each row's interval: 1 − α/n for the smallest p, 1 − α/(n − 1) for the next one, until one is not
  /// called; that one's for all that follow.
  static func levels(of p: [Double], level: Double) -> [Double] {
    var levels = p
    var (left, isCalling) = (p.count, true)
    for index in p.indices.sorted(by: { p[$0] < p[$1] }) {
      let alpha = (1 - level) / Double(left)
      levels[index] = 1 - alpha
      if p[index] > alpha { isCalling = false }
      if isCalling { left -= 1 }
    }
    return levels
  }

  private static func row(_ finding: Finding, p: Double?, level: Double) -> ComparedRow {
    let interval = finding.estimate?.interval(level: level)
    return ComparedRow(
      id: finding.id, title: finding.title, label: finding.label, reference: finding.reference,
      candidate: finding.candidate, interval: interval,
      verdict: interval.map { Verdict($0, floor: finding.floor) } ?? .undecided, floor: finding.floor, p: p,
      smallestEffect: finding.estimate?.smallestEffect(floor: finding.floor, level: level),
      count: finding.estimate?.count ?? 0, note: finding.note)
  }
}
