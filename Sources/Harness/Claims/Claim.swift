import Hardware
import Quantities

/// What today's evidence and the published figures say about a claim.
public enum Verdict: String, Codable, Sendable {
  case supported, contradicted
  /// Something true stands behind it, but less than is said.
  case overstated
  case notTestableHere = "not testable here"
}

/// A published figure that a finding used.
public struct Reference: Codable, Sendable, Hashable {
  /// As it stands in the arithmetic: `17 GB/s [P]`.
  public let figure: String
  public let source: String
}

/// One claim, judged.
public struct Finding: Codable, Sendable, Hashable {
  public let claimID: String
  public let statement: String
  public let source: String
  public let verdict: Verdict
  /// Lines of calculation, each with units and tags, at most 200 characters.
  public let arithmetic: [String]
  public let why: String
  /// Where the published figures of the arithmetic were found.
  public let references: [Reference]

  enum CodingKeys: String, CodingKey {
    case statement, source, verdict, arithmetic, why, references
    case claimID = "claim_id"
  }
}

/// A statement from the press, and how to hold evidence against it.
public struct Claim: Sendable {
  /// `K1`, `K2`, …; never changes.
  public let id: String
  /// The claim in our words, one line.
  public let statement: String
  /// The document that makes it.
  public let source: String
  /// Weighs the evidence. Pure; never fails: what cannot be judged is a finding too.
  public let judge: @Sendable (Evidence) -> Finding

  init(
    _ id: String, _ statement: String, source: String,
    reasoning: @escaping @Sendable (Evidence) -> Judgement
  ) {
    (self.id, self.statement, self.source) = (id, statement, source)
    judge = { evidence in
      let result = reasoning(evidence.plausible)
      return Finding(
        claimID: id, statement: statement, source: source, verdict: result.verdict,
        arithmetic: result.arithmetic, why: result.why,
        references: result.figures.map { Reference(figure: $0.text, source: $0.source) })
    }
  }
}

/// What a claim's reasoning returns; `Claim` adds who said it.
struct Judgement {
  let verdict: Verdict
  let arithmetic: [String]
  let why: String
  /// Every published figure that a line prints.
  let figures: [any Sourced]

  init(_ verdict: Verdict, because why: String, _ arithmetic: [String], from figures: [any Sourced]) {
    (self.verdict, self.why, self.arithmetic, self.figures) = (verdict, why, arithmetic, figures)
  }
}

extension Reading {
  /// One line of arithmetic from a value, or one that says why it is missing.
  func line(or subject: String, _ text: (Value) -> String) -> String {
    switch self {
    case .measured(let value): text(value)
    case .missing(let reason): "\(subject): none here (\(reason))"
    }
  }

  /// The reason to trust a verdict without this reading.
  var publishedAlone: String {
    reason.map { "Published figures alone decide this (\($0)). " } ?? ""
  }
}

extension Reading {
  /// Goes on with a value; a missing one stays missing, for the same reason.
  func flatMap<Other>(_ transform: (Value) -> Reading<Other>) -> Reading<Other> {
    switch self {
    case .measured(let value): transform(value)
    case .missing(let reason): .missing(reason: reason)
    }
  }
}
