import Foundation
import Machine
import Measurement
import Quantities

/// Two builds of the program, measured in turn within one session: raw times, and nothing judged.
public struct AgainstRecord: Codable, Hashable, Sendable {
  /// The newest layout that this version reads and the one that it writes.
  public static let currentSchema = 1

  public private(set) var schemaVersion = Self.currentSchema
  public var origin: RunOrigin
  public var machine: MachineFacts
  /// What is compared with, and what is compared.
  public var reference: String, candidate: String
  public var plan: AgainstPlan
  public var cases: [AgainstCase] = []
  /// Second measurements of suspected regressions; nil where none were asked for.
  public var confirmation: [AgainstCase]?
  /// Findings, one line each.
  public var notes: [String] = []
  public var wallTime: Seconds?
  public var validity = Validity(.interrupted, reasons: ["the session has not finished"])

  public init(
    origin: RunOrigin, machine: MachineFacts, reference: String, candidate: String, plan: AgainstPlan
  ) {
    (self.origin, self.machine, self.plan) = (origin, machine, plan)
    (self.reference, self.candidate) = (reference, candidate)
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case wallTime = "wall_time_s"
    case origin, machine, reference, candidate, plan, cases, confirmation, notes, validity
  }
}

/// How two builds take turns.
public struct AgainstPlan: Codable, Hashable, Sendable {
  /// Time for the whole session, starts and checks included.
  public var budget: Seconds
  /// Times that both programs are started afresh.
  public var blocks: Int
  /// A sample lasts about this long or longer.
  public var minimumSample: Seconds
  public var threads: Int
  /// Every shape instead of one for each operation.
  public var full: Bool
  public var backends: [String]

  public init(
    budget: Seconds, blocks: Int, minimumSample: Seconds, threads: Int, full: Bool, backends: [String]
  ) {
    (self.budget, self.blocks, self.minimumSample) = (budget, blocks, minimumSample)
    (self.threads, self.full, self.backends) = (threads, full, backends)
  }

  private enum CodingKeys: String, CodingKey {
    case budget = "budget_s"
    case minimumSample = "minimum_sample_s"
    case blocks, threads, full, backends
  }
}

/// One case with one backend in both builds.
public struct AgainstCase: Codable, Hashable, Sendable {
  public var id: String
  public var title: String
  /// The backend.
  public var label: String
  /// Of each sample, in both builds.
  public var iterations: Int
  public var blocks: [AgainstBlock]
  /// Why it was not measured to its end; nil if it was.
  public var reason: String?

  public init(id: String, title: String, label: String) {
    (self.id, self.title, self.label) = (id, title, label)
    (iterations, blocks) = (1, [])
  }
}

/// Seconds per iteration of one pair of processes, by round: the two of one round were taken one after the other.
public struct AgainstBlock: Codable, Hashable, Sendable {
  public var reference: [Double]
  public var candidate: [Double]

  public init(reference: [Double], candidate: [Double]) {
    (self.reference, self.candidate) = (reference, candidate)
  }

  private enum CodingKeys: String, CodingKey {
    case reference = "reference_s"
    case candidate = "candidate_s"
  }
}

extension AgainstRecord {
  /// The record as it is stored.
  /// - Throws: `ResultsError` for a number that JSON does not know.
  public func json() throws(ResultsError) -> Data { try RecordJSON.encode(self) }

  /// Reads a session.
  /// - Throws: `ResultsError`, one line with the file's name.
  public static func load(_ path: String) throws(ResultsError) -> AgainstRecord {
    try RecordJSON.decodeSession(ResultsStore.contents(path), path: path)
  }
}

extension ResultsStore {
  /// Writes a session under a name of its own in `<folder>/<machine>/against`, apart from the runs: its figures are
  /// ratios, and no history of times.
  /// - Returns: the path.
  /// - Throws: `ResultsError` where the folder cannot be made or written.
  public func store(_ session: AgainstRecord) throws(ResultsError) -> String {
    let place = "\(folder)/\(Slug.make(session.machine.key))/against"
    try AtomicFile.makeFolder(place)
    let day = session.origin.started.prefix(10)
    let stem = "\(place)/\(Slug.make("\(day)-\(session.candidate)-against-\(session.reference)"))"
    return try Self.create(session.json(), stem: stem)
  }
}
