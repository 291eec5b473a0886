import Quantities

/// What lists, histories and comparisons need of a stored run, without its samples.
public struct RunSummary: Hashable, Sendable {
  public var path: String
  public var origin: RunOrigin
  /// `MachineFacts.hardwareKey`: runs of another one are another history.
  public var hardware: String
  /// The CPU as its machine names it; for people.
  public var cpu: String
  public var validity: Validity
  /// Threads of the run; a row of llama-bench may have had others.
  public var threads = 1
  /// What else may differ between two runs.
  public var facts: [RunFact] = []
  /// What was timed, controls aside; the faster one where a case was measured twice.
  public var figures: [CaseFigure]

  public init(
    path: String, origin: RunOrigin, machine: (hardware: String, cpu: String), validity: Validity,
    figures: [CaseFigure]
  ) {
    (self.path, self.origin, self.validity, self.figures) = (path, origin, validity, figures)
    (hardware, cpu) = machine
  }

  /// The file's name without folder and ending.
  public var name: String { String(path.split(separator: "/").last?.dropLast(".json".count) ?? "") }
}

/// The median time of one way of doing a case.
public struct CaseFigure: Hashable, Sendable {
  /// Shared by the runs of a history: there are hundreds of thousands of figures, and a few hundred names.
  let name: FigureName
  public var time: MedianTime

  public var key: CaseKey { name.key }
  /// The case as people call it.
  public var title: String { name.title }
  /// `RunRecord.caseProtocol`, of which `key.protocolHash` is made.
  public var caseProtocol: String { name.caseProtocol }

  init(_ name: FigureName, time: MedianTime) { (self.name, self.time) = (name, time) }

  /// - Parameters:
  ///   - title: the case's id where it has no other name.
  ///   - caseProtocol: the protocol's hash where nothing more is known.
  public init(key: CaseKey, time: MedianTime, title: String? = nil, caseProtocol: String? = nil) {
    self.init(
      FigureName(key: key, title: title ?? key.caseID, caseProtocol: caseProtocol ?? key.protocolHash),
      time: time)
  }
}

/// What a figure is a figure of.
public struct CaseKey: Hashable, Sendable {
  public var caseID: String
  /// The alternative's label: a backend, a library.
  public var alternative: String
  public var threads: Int
  /// How it was measured and on which inputs, 16 hexadecimal digits: `RunRecord.caseProtocol`, the CPUs of pinned threads,
  /// and a benched model's size and batches. Figures of two protocols are never compared. Neither a filter nor another
  /// number of samples changes it.
  public var protocolHash: String

  public init(caseID: String, alternative: String, threads: Int, protocolHash: String) {
    (self.caseID, self.alternative) = (caseID, alternative)
    (self.threads, self.protocolHash) = (threads, protocolHash)
  }
}

extension MedianTime {
  init(median: Double, low: Double, high: Double, confidence: Double) {
    (self.median, self.low, self.high) = (Seconds(median), Seconds(low), Seconds(high))
    self.confidence = confidence
  }
}
