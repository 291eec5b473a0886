import Measurement
import Quantities

/// A row of llama-bench: what was run. Its samples are those of the case `caseID`.
public struct BenchRecord: Codable, Hashable, Sendable {
  public var caseID: String
  /// When its measurement began; ISO 8601 in UTC.
  public var started: String
  public var model: BenchedModel
  public var test: BenchTest
  public var configuration: BenchConfiguration
  /// Times within the samples of those backends that were timed.
  public var backends: [BenchTimes] = []
  /// The other program in the same rotation; nil where there was none.
  public var peer: BenchPeer?

  public init(
    caseID: String, started: String, model: BenchedModel, test: BenchTest, configuration: BenchConfiguration
  ) {
    (self.caseID, self.started, self.model) = (caseID, started, model)
    (self.test, self.configuration) = (test, configuration)
  }

  private enum CodingKeys: String, CodingKey {
    case caseID = "case_id"
    case started, model, test, configuration, backends, peer
  }
}

/// A model file as llama-bench describes it.
public struct BenchedModel: Codable, Hashable, Sendable {
  /// The file's name without its folder; the preset's where there is no file.
  public var file: String
  /// `llama 1.1B Q8_0`.
  public var type: String
  /// All tensors.
  public var size: Bytes
  public var parameters: Int

  public init(file: String, type: String, size: Bytes, parameters: Int) {
    (self.file, self.type, self.size, self.parameters) = (file, type, size, parameters)
  }

  private enum CodingKeys: String, CodingKey {
    case size = "size_bytes"
    case file, type, parameters
  }
}

/// What llama-bench calls test parameters, as far as they exist here.
public struct BenchConfiguration: Codable, Hashable, Sendable {
  /// Tokens that are handed to the model at once, and that go through its layers together.
  public var batch: Int, microBatch: Int
  public var threads: Int
  /// Formats of cached keys and values: `f16`, `q8_0`, `f32`.
  public var keys: String, values: String

  public init(batch: Int, microBatch: Int, threads: Int, keys: String, values: String) {
    (self.batch, self.microBatch, self.threads) = (batch, microBatch, threads)
    (self.keys, self.values) = (keys, values)
  }

  private enum CodingKeys: String, CodingKey {
    case batch = "n_batch"
    case microBatch = "n_ubatch"
    case threads = "n_threads"
    case keys = "type_k"
    case values = "type_v"
  }
}

/// Times within the samples of one backend, sample by sample.
public struct BenchTimes: Codable, Hashable, Sendable {
  public var backend: String
  /// Until the logits of the prompt's last token; empty where the test has no prompt.
  public var prompts: [Seconds]
  /// Of each generated token; empty where the test generates none.
  public var tokens: [[Seconds]]

  public init(backend: String, prompts: [Seconds], tokens: [[Seconds]]) {
    (self.backend, self.prompts, self.tokens) = (backend, prompts, tokens)
  }

  private enum CodingKeys: String, CodingKey {
    case prompts = "prompt_s"
    case tokens = "token_s"
    case backend
  }
}

/// Another program that measured the same row, as it describes itself; nil where it does not.
public struct BenchPeer: Codable, Hashable, Sendable {
  /// Its label in the case.
  public var label: String
  /// The arguments that chose its settings: the user's, and those that were found to be the best.
  public var settings: [String]
  public var buildCommit: String?
  public var buildNumber: Int?
  public var cpu: String?
  public var backends: String?
  public var modelType: String?

  public init(label: String, settings: [String]) { (self.label, self.settings) = (label, settings) }

  private enum CodingKeys: String, CodingKey {
    case buildCommit = "build_commit"
    case buildNumber = "build_number"
    case cpu = "cpu_info"
    case modelType = "model_type"
    case label, settings, backends
  }
}
