import Quantities

/// Two sides, row by row, with verdicts that hold together: the probability that any of them calls a difference where
/// there is none is at most 1 − `level`.
public struct Comparison: Codable, Hashable, Sendable {
  /// What is compared with, and what is compared.
  public var reference: String, candidate: String
  /// What the rows have been measured as: from where an interval comes, and what it cannot see.
  public var basis: String
  public var level: Double
  public var rows: [ComparedRow]
  /// The geometric mean of the ratios; nil without rows that have one.
  public var mean: RatioInterval?
  /// What else differs between the sides, one line each.
  public var differences: [String]
  /// What was left out, and anything else to know.
  public var notes: [String]
  /// What a token costs on each side; no verdict hangs on it. Nil where a side has no energy.
  public var energy: [ComparedEnergy]?

  public func count(_ verdict: Verdict) -> Int { rows.count { $0.verdict == verdict } }

  /// Whether there is a row with a ratio.
  public var isJudged: Bool { rows.contains { $0.interval != nil } }
}

/// One case with one backend on two sides.
public struct ComparedRow: Codable, Hashable, Sendable {
  public var id: String
  public var title: String
  public var label: String
  /// Times of one iteration.
  public var reference: Seconds?, candidate: Seconds?
  /// The time of the candidate over that of the reference, at the level that is left after Holm's correction; nil where
  /// there were too few times.
  public var interval: RatioInterval?
  public var verdict: Verdict
  /// Differences up to this share count as none.
  public var floor: Double
  /// Adjusted for the number of rows.
  public var p: Double?
  /// The smallest slow-down, as a share, that would have been called one four times in five.
  public var smallestEffect: Double?
  /// Blocks, rounds, runs or samples behind it.
  public var count: Int
  /// Why there is no ratio, or what to know about the verdict.
  public var note: String?

  private enum CodingKeys: String, CodingKey {
    case reference = "reference_s"
    case candidate = "candidate_s"
    case smallestEffect = "smallest_effect"
    case id, title, label, interval, verdict, floor, p, count, note
  }
}

extension Comparison {
  /// What to call the rows: by their titles, and by their ids where one label has a title more than once.
  public var rowNames: [String] {
    let counts = rows.reduce(into: [[String]: Int]()) { $0[[$1.title, $1.label], default: 0] += 1 }
    return rows.map { counts[[$0.title, $0.label], default: 0] > 1 ? $0.id : $0.title }
  }
}
