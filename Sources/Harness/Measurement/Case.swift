import Quantities

/// What the oracle found about one alternative, before anything was timed.
public struct CheckResult: Hashable, Sendable {
  /// What `error` is: `nmse`, `wrong tokens`, `max ulp`.
  public let metric: String
  /// The distance from the oracle's answer.
  public let error: Double
  /// The largest error that still passes.
  public let tolerance: Double
  /// Where the error is largest, or what was compared.
  public let detail: String

  public init(metric: String, error: Double, tolerance: Double, detail: String = "") {
    (self.metric, self.error, self.tolerance, self.detail) = (metric, error, tolerance, detail)
  }

  /// Computed, so that nothing passes with an error above its tolerance, or with NaN.
  public var passed: Bool { error <= tolerance }
}

/// One way of doing a case's work: a backend, a kernel variant.
public struct Alternative {
  /// The backend's name; unique within its case.
  public let label: String
  /// Compares with the oracle. An error that it throws counts as a failed check; nil for another program, whose
  /// results are not seen.
  public let check: (() throws -> CheckResult)?
  /// Does the work that many times.
  public let body: (_ iterations: Int) throws -> Void
  /// The pause after each of its samples, for libraries whose threads keep spinning when they are done.
  public let cooldown: Seconds
  /// The time of the last call as the work itself tells it; nil where the harness takes it.
  public let toldTime: (() -> Seconds)?
  /// Why it is neither checked nor timed; nil for one that is.
  public let skipReason: String?

  public init(
    _ label: String, cooldown: Seconds = .zero, check: @escaping () throws -> CheckResult,
    body: @escaping (_ iterations: Int) throws -> Void
  ) {
    (self.label, self.cooldown, self.check, self.body) = (label, cooldown, check, body)
    (toldTime, skipReason) = (nil, nil)
  }

  /// Another program, which measures itself: `body` runs it once, and `toldTime` is what it then said.
  public init(
    program label: String, toldTime: @escaping () -> Seconds,
    body: @escaping (_ iterations: Int) throws -> Void
  ) {
    (self.label, self.toldTime, self.body) = (label, toldTime, body)
    (cooldown, check, skipReason) = (.zero, nil, nil)
  }

  /// One that stands in the results with the reason why it was left out.
  public init(skipped label: String, reason: String) {
    (self.label, cooldown, skipReason) = (label, .zero, reason)
    (check, toldTime, body) = (nil, nil, { _ in })
  }

  private init(_ label: String, as other: Alternative) {
    (self.label, check, body, cooldown) = (label, other.check, other.body, other.cooldown)
    (toldTime, skipReason) = (other.toldTime, other.skipReason)
  }

  /// The same under another name.
  public func relabelled(_ label: String) -> Alternative { Alternative(label, as: self) }
}

/// The work of one iteration; nil where a kind of work is not what the case is about.
public struct Work: Codable, Hashable, Sendable {
  /// Arithmetic; a multiply-add counts as two.
  public var flops: FLOPs?
  /// Memory traffic that cannot be avoided.
  public var bytes: Bytes?
  /// Tokens read or produced.
  public var tokens: Tokens?

  public init(flops: FLOPs? = nil, bytes: Bytes? = nil, tokens: Tokens? = nil) {
    (self.flops, self.bytes, self.tokens) = (flops, bytes, tokens)
  }
}

/// One subject that is measured: the same work, done in one or several ways.
public struct Case {
  /// Never changes, because histories hang on it: `kernel.gemm.f32.512x2048x512`.
  public let id: String
  /// The same for people.
  public let title: String
  /// The work of one iteration, the same for all alternatives.
  public let work: Work
  /// At least one; the order of the rotation starts with the first.
  public let alternatives: [Alternative]

  /// - Throws: `InvalidCase` for an id outside `[a-z0-9._-]`, no alternatives, or two of one label.
  public init(id: String, title: String, work: Work, alternatives: [Alternative]) throws(InvalidCase) {
    guard Slug.isValid(id) else { throw .id(id) }
    guard !alternatives.isEmpty else { throw .noAlternatives(id) }
    var seen: Set<String> = []
    for alternative in alternatives where !seen.insert(alternative.label).inserted {
      throw .repeated(label: alternative.label, id: id)
    }
    (self.id, self.title, self.work, self.alternatives) = (id, title, work, alternatives)
  }
}

/// Why a case cannot be built.
public enum InvalidCase: Error, Hashable, CustomStringConvertible {
  case id(String)
  case noAlternatives(String)
  case repeated(label: String, id: String)

  public var description: String {
    switch self {
    case .id(let id):
      "case id '\(id)': use a-z, 0-9, '.', '_' and '-' only, starting with a letter or digit"
    case .noAlternatives(let id): "case '\(id)' has no alternatives: give it at least one backend"
    case .repeated(let label, let id): "case '\(id)' has two alternatives '\(label)': labels must differ"
    }
  }
}
