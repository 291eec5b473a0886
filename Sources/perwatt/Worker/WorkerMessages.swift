import Quantities

/// What `perwatt worker` is asked, one JSON object on one line each. Fields are only ever added; whoever reads ignores
/// those that it does not know.
struct WorkerRequest: Codable, Equatable {
  enum Kind: String, Codable { case list, prepare, sample, spin }

  var request: Kind
  /// For `list`, which is the first request.
  var threads: Int?
  var backends: [String]?
  var full: Bool?
  /// For `prepare`.
  var id: String?
  var label: String?
  /// Whether the oracle is asked.
  var check: Bool?
  /// For `sample`.
  var iterations: Int?
  /// For tests of the method: steps of useless work after each iteration. With `spin`, steps alone.
  var extra: Int?

  static func list(threads: Int, backends: [String], full: Bool) -> WorkerRequest {
    WorkerRequest(request: .list, threads: threads, backends: backends, full: full)
  }
  static func prepare(_ id: String, label: String, check: Bool) -> WorkerRequest {
    WorkerRequest(request: .prepare, id: id, label: label, check: check)
  }
  static func sample(iterations: Int, extra: Int? = nil) -> WorkerRequest {
    WorkerRequest(request: .sample, iterations: iterations, extra: extra)
  }
  static func spin(_ steps: Int) -> WorkerRequest { WorkerRequest(request: .spin, extra: steps) }
}

/// The answer to one request.
struct WorkerReply: Codable, Equatable {
  /// Raised whenever an old reader would take an answer for something else.
  static let currentVersion = 1

  var version = Self.currentVersion
  /// Why there is no answer; nothing else is there then.
  var error: String?
  /// To `list`.
  var cases: [WorkerCase]?
  /// To `prepare`: the pause after each sample.
  var cooldown: Double?
  /// To `sample` and `spin`: the time of all together.
  var elapsed: Double?

  private enum CodingKeys: String, CodingKey {
    case version = "perwatt_worker"
    case cooldown = "cooldown_s"
    case elapsed = "elapsed_s"
    case error, cases
  }
}

/// A case with one backend.
struct WorkerCase: Codable, Hashable {
  var id: String
  var title: String
  var label: String
  /// The work of one iteration in words: builds that do not agree about it do not do the same.
  var work: String

  /// What both builds must have in common.
  var key: Key { Key(id: id, label: label) }
  struct Key: Hashable { var id: String, label: String }
}
