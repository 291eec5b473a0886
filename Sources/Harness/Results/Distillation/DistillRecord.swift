import Costs
import Foundation
import Machine
import Measurement
import Quantities

/// A teacher and its students, trained and measured in one session: raw figures, model by model, and nothing judged.
/// `<machine>/distill/<date>-<commit>-<name>.json`; saved after every model, so that a session can be continued.
public struct DistillRecord: Codable, Hashable, Sendable {
  /// The newest layout that this version reads and the one that it writes.
  public static let currentSchema = 1

  public private(set) var schemaVersion = Self.currentSchema
  public var origin: RunOrigin
  public var machine: MachineFacts
  public var settings: DistillSettings
  public var corpus: DistillCorpus
  /// In the order of their training; the teacher comes first.
  public var models: [TrainedModelRecord] = []
  /// Students as draft models of their teacher.
  public var speculation: [SpeculationRecord] = []
  /// How joules and hours become money.
  public var costs = CostAssumptions()
  /// Findings, one line each.
  public var notes: [String] = []
  /// Time at work, over all parts of a session that was continued.
  public var wallTime: Seconds?
  public var validity = Validity(.interrupted, reasons: ["the session has not finished"])

  public init(origin: RunOrigin, machine: MachineFacts, settings: DistillSettings, corpus: DistillCorpus) {
    (self.origin, self.machine) = (origin, machine)
    (self.settings, self.corpus) = (settings, corpus)
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case wallTime = "wall_time_s"
    case origin, machine, settings, corpus, models, speculation, costs, notes, validity
  }
}

/// What was asked for. Sessions with equal settings can be continued.
public struct DistillSettings: Codable, Hashable, Sendable {
  /// The teacher's file; nil where it was trained here.
  public var teacher: String?
  /// `labels`, `logits`, `top-k`, `reverse`, `samples`.
  public var loss: String
  public var temperature: Double
  /// The share of the teacher in the loss; the rest is the labels'.
  public var mix: Double
  /// Of each pair of students, which differ in nothing but the loss.
  public var seeds: [UInt64]
  /// Sizes of students by name, the one that verdicts are about first.
  public var sizes: [String]
  /// Tokens that a student learns from, and a teacher that is trained here.
  public var studentTokens: Int, teacherTokens: Int
  /// Windows of a step, and tokens of a window.
  public var batch: Int, window: Int
  public var threads: Int
  /// What else decides the result, such as learning rates: name and value.
  public var details: [String: String] = [:]

  public init(loss: String, temperature: Double, mix: Double, seeds: [UInt64], sizes: [String]) {
    (self.loss, self.temperature, self.mix) = (loss, temperature, mix)
    (self.seeds, self.sizes) = (seeds, sizes)
    (studentTokens, teacherTokens, batch, window, threads) = (0, 0, 0, 0, 1)
  }

  private enum CodingKeys: String, CodingKey {
    case studentTokens = "student_tokens"
    case teacherTokens = "teacher_tokens"
    case teacher, loss, temperature, mix, seeds, sizes, batch, window, threads, details
  }
}

/// What was learned.
public struct DistillCorpus: Codable, Hashable, Sendable {
  public var name: String
  public var vocabulary: Int
  /// Nats that no model can do without; missing for a text whose source is not known.
  public var entropyPerToken: Reading<Double>

  public init(name: String, vocabulary: Int, entropyPerToken: Reading<Double>) {
    (self.name, self.vocabulary, self.entropyPerToken) = (name, vocabulary, entropyPerToken)
  }

  private enum CodingKeys: String, CodingKey {
    case entropyPerToken = "entropy_nats_per_token"
    case name, vocabulary
  }
}

/// A student that guesses for its teacher (speculative decoding).
public struct SpeculationRecord: Codable, Hashable, Sendable {
  /// The draft's id.
  public var draft: String
  /// Tokens guessed at once.
  public var guesses: Int
  /// 0 for the likeliest token.
  public var temperature: Double
  /// The share of guesses that the teacher kept, and tokens for each of its passes.
  public var acceptance: Reading<Double>
  public var tokensPerPass: Reading<Double>
  /// The teacher's time alone over the time of both, measured in turn; above 1 is faster.
  public var speedUp: Reading<Figure>

  public init(draft: String, guesses: Int, temperature: Double) {
    (self.draft, self.guesses, self.temperature) = (draft, guesses, temperature)
    acceptance = .missing(reason: "not measured")
    tokensPerPass = .missing(reason: "not measured")
    speedUp = .missing(reason: "not measured")
  }

  private enum CodingKeys: String, CodingKey {
    case tokensPerPass = "tokens_per_pass"
    case speedUp = "speed_up"
    case draft, guesses, temperature, acceptance
  }
}

extension DistillRecord {
  /// The record as it is stored.
  /// - Throws: `ResultsError` for a number that JSON does not know.
  public func json() throws(ResultsError) -> Data { try RecordJSON.encode(self) }

  /// Reads a session.
  /// - Throws: `ResultsError`, one line with the file's name.
  public static func load(_ path: String) throws(ResultsError) -> DistillRecord {
    try RecordJSON.decodeDistillation(ResultsStore.contents(path), path: path)
  }

  /// Replaces the file at `path`, atomically.
  /// - Throws: `ResultsError`; the earlier state of the file stays whole.
  public func save(to path: String) throws(ResultsError) {
    try AtomicFile.replace(path, with: json())
  }
}

extension ResultsStore {
  /// Writes a session under a name of its own in `<folder>/<machine>/distill`.
  /// - Returns: the path.
  /// - Throws: `ResultsError` where the folder cannot be made or written.
  public func begin(_ session: DistillRecord) throws(ResultsError) -> String {
    let place = distillationFolder(of: session.machine.key)
    try AtomicFile.makeFolder(place)
    let commit = session.origin.commit.value.map { String($0.hash.prefix(12)) } ?? "nocommit"
    let name = "\(session.origin.started.prefix(10))-\(commit)-\(session.origin.suite)"
    return try Self.create(session.json(), stem: "\(place)/\(Slug.make(name))")
  }

  /// The valid sessions of a machine, the newest first, and where they lie. Damaged files are passed over.
  public func distillations(of machine: String) -> [(path: String, record: DistillRecord)] {
    let place = distillationFolder(of: machine)
    let names = (try? entries(place))?.filter(RunName.isRun) ?? []
    let sessions = names.compactMap { name -> (path: String, record: DistillRecord)? in
      let path = "\(place)/\(name)"
      guard let record = try? DistillRecord.load(path), record.validity.status == .valid else { return nil }
      return (path, record)
    }
    return sessions.sorted { $0.record.origin.started > $1.record.origin.started }
  }

  private func distillationFolder(of machine: String) -> String { "\(folder)/\(Slug.make(machine))/distill" }
}
