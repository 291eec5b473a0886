import Foundation
import Machine
import Quantities

/// One run of one suite on one machine: everything that a report needs, and everything that lets a reader
/// redo its arithmetic. Stored as JSON with units in the names of the fields.
public struct RunRecord: Codable, Hashable, Sendable {
  /// The newest layout that this version reads and the one that it writes.
  public static let currentSchema = 1

  public private(set) var schemaVersion = Self.currentSchema
  public var origin: RunOrigin
  public var machine: MachineFacts
  /// What did the work, where it was not perwatt on this machine's CPU; nil for our own runs.
  public var device: DeviceRecord?
  public var protocolUsed: RunProtocol
  public var cases: [CaseRecord] = []
  /// A/A controls; nil in older records, which had none.
  public var controls: [ControlRecord]?
  /// What cases do when they run on and on; nil where nobody asked.
  public var sustained: [SustainedRecord]?
  public var peaks: [PeakRecord] = []
  public var models: [ModelRecord] = []
  /// Rows of llama-bench, in the order of their measurement; nil where the run was not asked for any.
  public var benches: [BenchRecord]?
  /// Sensors of power that were looked for; nil where nobody asked, and in older records.
  public var meters: [MeterRecord]?
  public var energy: [EnergyRecord] = []
  /// Money and carbon for a million tokens; nil where no energy is known, and in older records.
  public var costs: CostRecord?
  public var claims: [ClaimRecord] = []
  /// How well models predict texts; nil where that was not measured, and in older records.
  public var quality: [PerplexityRecord]?
  /// Findings about the machine or the run, one line each: governor, neighbours, library choices.
  public var notes: [String] = []
  /// From the start to the end of the run, pauses and checks included.
  public var wallTime: Seconds?
  /// The most memory that the process held; nil in older records.
  public var peakMemory: Reading<Bytes>?
  /// The machine before the run; nil in older records.
  public var noise: NoiseReport?
  /// What the machine did while the run went on; nil in older records, and where nothing was measured.
  public var conditions: RunConditions?
  /// Until it is finished a run counts as interrupted, so that a crash leaves the truth behind.
  public var validity = Validity(.interrupted, reasons: ["the run has not finished"])

  public init(origin: RunOrigin, machine: MachineFacts, protocolUsed: RunProtocol) {
    (self.origin, self.machine, self.protocolUsed) = (origin, machine, protocolUsed)
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case protocolUsed = "protocol"
    case wallTime = "wall_time_s"
    case peakMemory = "peak_memory_bytes"
    case origin, machine, device, cases, controls, sustained, peaks, models, benches, energy, costs, claims
    case quality, notes, meters, noise, conditions, validity
  }
}

/// A state of the source code.
public struct Commit: Codable, Hashable, Sendable {
  public var hash: String
  /// Whether there were changes that are in no commit.
  public var dirty: Bool

  public init(hash: String, dirty: Bool) { (self.hash, self.dirty) = (hash, dirty) }
}

/// Which program ran, and when.
public struct RunOrigin: Codable, Hashable, Sendable {
  public var toolVersion: String
  public var commit: Reading<Commit>
  /// `release`, `debug`.
  public var buildConfiguration: String
  /// ISO 8601 in UTC: `2026-11-21T18:30:00Z`.
  public var started: String
  public var suite: String
  /// The program that measured, where it was not this one: `llama-bench 0c1e570`. Nil for our own runs.
  public var program: String?
  /// The batch system's job that it was part of; nil outside of one, and in older records.
  public var job: BatchJob?

  public init(
    toolVersion: String, commit: Reading<Commit>, buildConfiguration: String, suite: String,
    started: Date = Date()
  ) {
    (self.toolVersion, self.commit, self.suite) = (toolVersion, commit, suite)
    self.buildConfiguration = buildConfiguration
    self.started = started.formatted(.iso8601)
  }

  /// One that was stored: `startedAt` as `started` has it.
  init(
    toolVersion: String, commit: Reading<Commit>, buildConfiguration: String, suite: String, startedAt: String
  ) {
    (self.toolVersion, self.commit, self.suite) = (toolVersion, commit, suite)
    (self.buildConfiguration, started) = (buildConfiguration, startedAt)
  }

  private enum CodingKeys: String, CodingKey {
    case toolVersion = "tool_version"
    case buildConfiguration = "build_configuration"
    case commit, started, suite, program, job
  }
}

/// Whether a run's figures may be compared.
public struct Validity: Codable, Hashable, Sendable {
  public enum Status: String, Codable, Sendable { case valid, invalid, interrupted }

  public var status: Status
  /// One line each; empty for a valid run.
  public var reasons: [String]

  public init(_ status: Status, reasons: [String] = []) { (self.status, self.reasons) = (status, reasons) }
}
