import Hardware
import Quantities

/// What today's evidence and the published figures say about a claim.
public enum Verdict: String, Codable, Sendable, CaseIterable {
  case supported, contradicted
  /// Something true stands behind it, but less than is said.
  case overstated
  /// It could be decided, and what was measured or published does not do so.
  case undecided
  /// Its subject is no quantity that a benchmark measures: law, history, trade, forecasts.
  case notTestable = "not testable by measurement"
}

/// A published figure that a finding used.
public struct Reference: Codable, Sendable, Hashable {
  /// As it stands in the arithmetic: `17 GB/s [P]`.
  public let figure: String
  public let source: String
}

/// What was measured here, between its ends, and under which conditions.
public struct TodayValue: Codable, Sendable, Hashable {
  public let low: Double
  public let central: Double
  public let high: Double
  public let unit: String
  /// Boundary, tier, batch: what a reader needs before setting it beside another figure.
  public let conditions: String

  init<Q: Quantity>(_ low: Q, _ central: Q, _ high: Q, _ conditions: String) {
    (self.low, self.central, self.high) = (low.value, central.value, high.value)
    (unit, self.conditions) = (Q.unit, conditions)
    text = "\(Text.range(low, high)) (\(conditions))"
  }
  init<Q: Quantity>(_ value: Q, _ conditions: String) { self.init(value, value, value, conditions) }

  /// As printed: `8.4–12 J/tok (socket, proxy, batch 1)`.
  public let text: String
}

/// One claim, judged.
public struct Finding: Codable, Sendable, Hashable {
  public let claimID: String
  public let statement: String
  public let source: String
  public let verdict: Verdict
  /// What is measured to judge it; for a claim that cannot be measured, why not.
  public let measured: String
  public let formula: String
  public let today: Reading<TodayValue>
  /// The published counterpart of `today`, with tags.
  public let published: String
  /// Lines of calculation, each with units and tags, at most 200 characters.
  public let arithmetic: [String]
  /// A paragraph that can be printed as it stands.
  public let why: String
  /// Where the published figures of the arithmetic were found.
  public let references: [Reference]

  enum CodingKeys: String, CodingKey {
    case statement, source, verdict, measured, formula, today, published, arithmetic, why, references
    case claimID = "claim_id"
  }
}

/// How a claim is held against numbers.
struct Method {
  let measured: String
  let formula: String

  init(_ measured: String, formula: String) { (self.measured, self.formula) = (measured, formula) }
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
    _ id: String, _ statement: String, source: String, by method: Method,
    reasoning: @escaping @Sendable (Evidence) -> Judgement
  ) {
    (self.id, self.statement, self.source) = (id, statement, source)
    judge = { evidence in
      let result = reasoning(evidence.plausible)
      return Finding(
        claimID: id, statement: statement, source: source, verdict: result.verdict,
        measured: method.measured, formula: method.formula, today: result.today, published: result.published,
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
  private(set) var today = Reading<TodayValue>.missing(reason: "nothing in it can be measured here")
  private(set) var published = "none that can be set beside a measurement"

  init(_ verdict: Verdict, because why: String, _ arithmetic: [String], from figures: [any Sourced]) {
    (self.verdict, self.why, self.arithmetic, self.figures) = (verdict, why, arithmetic, figures)
  }

  /// Adds what was measured here, and what was published beside it.
  func with(today: Reading<TodayValue>, published: String) -> Self {
    var copy = self
    (copy.today, copy.published) = (today, published)
    return copy
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

  /// Goes on with a value; a missing one stays missing, for the same reason.
  func flatMap<Other>(_ transform: (Value) -> Reading<Other>) -> Reading<Other> {
    switch self {
    case .measured(let value): transform(value)
    case .missing(let reason): .missing(reason: reason)
    }
  }
}
