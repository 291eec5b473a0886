/// A published claim and what this run says about it.
public struct ClaimRecord: Codable, Hashable, Sendable {
  public var id: String
  public var statement: String
  /// Who said it, when, and where.
  public var source: String
  public var finding: ClaimFinding

  public init(id: String, statement: String, source: String, finding: ClaimFinding) {
    (self.id, self.statement, self.source, self.finding) = (id, statement, source, finding)
  }
}

/// The verdict with everything that led to it.
public struct ClaimFinding: Codable, Hashable, Sendable {
  public var verdict: String
  /// The computation, one step per line.
  public var arithmetic: [String]
  public var why: String

  public init(verdict: String, arithmetic: [String], why: String) {
    (self.verdict, self.arithmetic, self.why) = (verdict, arithmetic, why)
  }
}
