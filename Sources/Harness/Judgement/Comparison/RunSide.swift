import Measurement
import Quantities
import Results
import Statistics

/// One or several stored runs that stand for one side of a comparison.
public struct RunSide: Sendable {
  /// How reports call it.
  public var name: String
  public var runs: [RunRecord]

  public init(name: String, runs: [RunRecord]) { (self.name, self.runs) = (name, runs) }

  /// What pairs rows of two sides. Without threads where each side has one number of them, and not the same.
  struct Key: Hashable {
    var id: String, label: String
    var threads: Int?
  }

  /// Everything timed under one key.
  struct Timed {
    var title: String, group: String
    /// Seconds per iteration of each run.
    var samples: [[Double]]
    var protocols: Set<String>
    /// What the runs' own controls saw where there was nothing to see, as a share; nil where a run had none.
    var noise: [Double?]
  }

  var threads: Set<Int> { Set(runs.map(\.protocolUsed.threads)) }

  /// In the order of their first appearance.
  func timed(withThreads: Bool) -> (keys: [Key], values: [Key: Timed]) {
    var (keys, values): ([Key], [Key: Timed]) = ([], [:])
    for run in runs {
      for (key, found) in run.timed(withThreads: withThreads) {
        guard var known = values[key] else {
          keys.append(key)
          values[key] = found
          continue
        }
        known.samples += found.samples
        known.noise += found.noise
        known.protocols.formUnion(found.protocols)
        values[key] = known
      }
    }
    return (keys, values)
  }
}

extension RunRecord {
  /// A case that a run measured twice, as it does peaks, counts as one.
  fileprivate func timed(withThreads: Bool) -> [(RunSide.Key, RunSide.Timed)] {
    var found: [(key: RunSide.Key, value: RunSide.Timed)] = []
    for measured in cases where measured.group != Case.controlGroup {
      for alternative in measured.alternatives where alternative.isTimed && !alternative.samples.isEmpty {
        let key = RunSide.Key(
          id: measured.id, label: alternative.label, threads: withThreads ? protocolUsed.threads : nil)
        if let index = found.firstIndex(where: { $0.key == key }) {
          found[index].value.samples[0] += alternative.samples
        } else {
          found.append(
            (
              key,
              RunSide.Timed(
                title: measured.title, group: measured.group, samples: [alternative.samples],
                protocols: [caseProtocol(measured)], noise: [noise(of: measured.group)])
            ))
        }
      }
    }
    return found
  }

  /// The noise floor that stands for cases of `group`, as a share; nil where the run had no control.
  func noise(of group: String) -> Double? { control(for: group)?.floor }
}
