import Quantities

/// The two ways in which a language model works.
public enum Phase: String, Codable, Sendable { case prefill, decode }

/// A model and where its cases are.
public struct ModelRecord: Codable, Hashable, Sendable {
  public enum Source: String, Codable, Sendable { case synthetic, file }

  public var name: String
  public var source: Source
  /// Width, layers, heads and so on, for reading.
  public var config: [String: String]
  public var weights: Bytes
  public var backends: [BackendRecord]

  public init(
    name: String, source: Source, config: [String: String], weights: Bytes, backends: [BackendRecord]
  ) {
    (self.name, self.source, self.config) = (name, source, config)
    (self.weights, self.backends) = (weights, backends)
  }

  private enum CodingKeys: String, CodingKey {
    case weights = "weight_bytes"
    case name, source, config, backends
  }
}

/// A backend that ran the model.
public struct BackendRecord: Codable, Hashable, Sendable {
  public var backend: String
  /// Sequences that go through the weights together; nil for one.
  public var batch: Int?
  public var phases: [PhaseRecord]

  public init(backend: String, phases: [PhaseRecord]) { (self.backend, self.phases) = (backend, phases) }
}

/// One phase: the case that holds its samples, and how near it came to what the machine can do.
public struct PhaseRecord: Codable, Hashable, Sendable {
  public var phase: Phase
  public var caseID: String
  public var roofline: Reading<RooflineRecord>
  /// Requests to the heap for one token, of all threads, in the steady state; nil in older records.
  public var allocationsPerToken: Reading<Double>?

  public init(phase: Phase, caseID: String, roofline: Reading<RooflineRecord>) {
    (self.phase, self.caseID, self.roofline) = (phase, caseID, roofline)
  }

  private enum CodingKeys: String, CodingKey {
    case caseID = "case_id"
    case allocationsPerToken = "allocations_per_token"
    case phase, roofline
  }
}

/// The speed that measured peaks allow, and the share of it that was reached.
public struct RooflineRecord: Codable, Hashable, Sendable {
  public enum Bound: String, Codable, Sendable { case compute, memory }

  public var flopsPerToken: FLOPs
  public var bytesPerToken: Bytes
  public var ceiling: TokensPerSecond
  public var boundBy: Bound
  /// Measured speed over `ceiling`.
  public var share: Reading<Double>

  public init(
    flopsPerToken: FLOPs, bytesPerToken: Bytes, ceiling: TokensPerSecond, boundBy: Bound,
    share: Reading<Double>
  ) {
    (self.flopsPerToken, self.bytesPerToken) = (flopsPerToken, bytesPerToken)
    (self.ceiling, self.boundBy, self.share) = (ceiling, boundBy, share)
  }

  private enum CodingKeys: String, CodingKey {
    case flopsPerToken = "flops_per_token"
    case bytesPerToken = "bytes_per_token"
    case ceiling = "ceiling_tokens_per_s"
    case boundBy = "bound_by"
    case share = "share_of_ceiling"
  }
}
