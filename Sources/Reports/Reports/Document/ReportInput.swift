import Judgement
import Machine
import Measurement
import Results

/// What a report is drawn from: stored runs by machine, and what was judged from them.
public struct ReportInput: Sendable {
  /// A run and the file that holds it.
  public struct Run: Sendable {
    /// As a reader finds it: `results/pi-5-4c/2026-11-21-ab12cd34ef-run.json`.
    public var file: String
    public var record: RunRecord

    public init(file: String, record: RunRecord) { (self.file, self.record) = (file, record) }
  }

  /// The runs of one machine.
  public struct Machine: Sendable {
    /// The name of its folder.
    public let name: String
    /// Newest first.
    public let runs: [Run]
    /// The judgement of all that is stored of it; nil where only some runs were asked for.
    public let history: TrackRecord?

    public init(name: String, runs: [Run], history: TrackRecord? = nil) {
      self.name = name
      self.runs = runs.sorted {
        ($0.record.origin.started, $0.file) > ($1.record.origin.started, $1.file)
      }
      self.history = history
    }
  }

  public var machines: [Machine]
  /// Two runs, one judged by the other; nil where nothing was to be compared.
  public var comparison: Comparison?
  /// What could not be read, one line each.
  public var problems: [String]

  public init(machines: [Machine], comparison: Comparison? = nil, problems: [String] = []) {
    (self.machines, self.comparison, self.problems) = (machines, comparison, problems)
  }
}

extension ReportInput.Machine {
  /// The newest valid run with what is asked for; the newest of any validity where none is valid.
  func run(having isThere: (RunRecord) -> Bool) -> ReportInput.Run? {
    let found = runs.filter { isThere($0.record) }
    return found.first { $0.record.validity.status == .valid } ?? found.first
  }

  /// The run with most of what is counted, valid ones first, the newest of equals; nil where none has any.
  func run(withMost count: (RunRecord) -> Int) -> ReportInput.Run? {
    let counted = runs.map { (run: $0, count: count($0.record)) }.filter { $0.count > 0 }
    let valid = counted.filter { $0.run.record.validity.status == .valid }
    let most = (valid.isEmpty ? counted : valid).map(\.count).max()
    return (valid.isEmpty ? counted : valid).first { $0.count == most }?.run
  }

  var facts: MachineFacts? { runs.first?.record.machine }

  /// The end of names of its plots.
  var slug: String { Slug.make(name) }
}

extension ReportInput.Run {
  /// The file's name.
  var name: String { file.split(separator: "/").last.map(String.init) ?? file }

  /// A warning where its figures must not be compared, else nothing.
  var warning: [ReportBlock] {
    guard record.validity.status != .valid else { return [] }
    let reasons = record.validity.reasons.map { ": \($0)" }.first ?? ""
    return [.paragraph(Inked("\(name) is \(record.validity.status.rawValue)\(reasons)", .warning))]
  }

  /// `Drawn from 2026-11-21-ab12cd34ef-run.json, 2 threads.`
  var source: ReportBlock {
    .text("Drawn from \(name), \(record.protocolUsed.threadCount).")
  }
}
