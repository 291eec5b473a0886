import Measurement
import Quantities
import Results
import Statistics

/// A stored run as comparisons see it: whole, or without its samples, which take a hundred times as long to read.
public struct ComparedRun: Sendable {
  /// What one way of doing a case took.
  struct Timed {
    var id: String, title: String, label: String
    /// `RunRecord.caseProtocol`.
    var caseProtocol: String
    /// Seconds per iteration; of a case that was measured twice, as peaks are, the faster one's.
    var median: Double
    /// Raw, of both where it was measured twice; empty without samples.
    var samples: [Double]
    /// What the run's own control saw where there was nothing to see, as a share; nil where it had none, and without
    /// samples.
    var noise: Double?
  }

  var validity: Validity
  var threads: Int
  var facts: [RunFact]
  /// In the order of their first appearance, each once.
  private(set) var timed: [Timed] = []
  /// Nil where it was read without its samples.
  let record: RunRecord?
  var hasSamples: Bool { record != nil }

  /// A whole run.
  public init(_ run: RunRecord) {
    (validity, threads, facts) = (run.validity, run.protocolUsed.threads, run.facts)
    record = run
    var places: [[String]: Int] = [:]
    for measured in run.cases where measured.group != Case.controlGroup {
      for alternative in measured.alternatives where alternative.isTimed && !alternative.samples.isEmpty {
        let median = Quantiles.median(alternative.samples)
        if let place = places[[measured.id, alternative.label]] {
          timed[place].samples += alternative.samples
          timed[place].median = min(timed[place].median, median)
        } else {
          places[[measured.id, alternative.label]] = timed.count
          timed.append(
            Timed(
              id: measured.id, title: measured.title, label: alternative.label,
              caseProtocol: run.caseProtocol(measured), median: median, samples: alternative.samples,
              noise: run.noise(of: measured.group)))
        }
      }
    }
  }

  /// A run without samples, for sides on which runs are the units.
  public init(_ run: RunSummary) {
    (validity, threads, facts, record) = (run.validity, run.threads, run.facts, nil)
    timed = run.figures.map { figure in
      Timed(
        id: figure.key.caseID, title: figure.title, label: figure.key.alternative,
        caseProtocol: figure.caseProtocol, median: figure.time.median.value, samples: [])
    }
  }
}

extension RunRecord {
  /// The noise floor that stands for cases of `group`, as a share; nil where the run had no control.
  func noise(of group: String) -> Double? { control(for: group)?.floor }
}
