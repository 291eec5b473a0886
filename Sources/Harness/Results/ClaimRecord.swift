import Quantities

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

/// What was measured for a claim, and its published counterpart; absent in older records.
public struct ClaimBasis: Codable, Hashable, Sendable {
  /// What is measured, in words.
  public var measured: String
  public var formula: String
  /// The figure between its ends, as printed, with its conditions.
  public var today: Reading<ClaimValue>
  public var published: String

  public init(measured: String, formula: String, today: Reading<ClaimValue>, published: String) {
    (self.measured, self.formula) = (measured, formula)
    (self.today, self.published) = (today, published)
  }
}

/// A figure of today, for machines and as text.
public struct ClaimValue: Codable, Hashable, Sendable {
  public var low: Double
  public var central: Double
  public var high: Double
  public var unit: String
  /// `8.4–12 J/tok (socket, proxy, batch 1)`.
  public var text: String

  public init(_ ends: (low: Double, central: Double, high: Double), unit: String, text: String) {
    (low, central, high) = ends
    (self.unit, self.text) = (unit, text)
  }
}

/// The verdict with everything that led to it.
public struct ClaimFinding: Codable, Hashable, Sendable {
  public var verdict: String
  /// The computation, one step per line.
  public var arithmetic: [String]
  public var why: String
  /// Where the published figures of the computation were found; empty in older records.
  public var references: [ClaimReference]
  public var basis: ClaimBasis?

  public init(verdict: String, arithmetic: [String], why: String, references: [ClaimReference] = []) {
    (self.verdict, self.arithmetic, self.why) = (verdict, arithmetic, why)
    self.references = references
  }

  private enum CodingKeys: String, CodingKey { case verdict, arithmetic, why, references, basis }

  /// Reads findings that were stored before they kept their references, too.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    verdict = try fields.decode(String.self, forKey: .verdict)
    arithmetic = try fields.decode([String].self, forKey: .arithmetic)
    why = try fields.decode(String.self, forKey: .why)
    references = try fields.decodeIfPresent([ClaimReference].self, forKey: .references) ?? []
    basis = try fields.decodeIfPresent(ClaimBasis.self, forKey: .basis)
  }
}

/// A published figure and the document that prints it.
public struct ClaimReference: Codable, Hashable, Sendable {
  /// As it stands in the computation: `17 GB/s [P]`.
  public var figure: String
  public var source: String

  public init(figure: String, source: String) { (self.figure, self.source) = (figure, source) }
}
