import Results
import Statistics

/// One or several stored runs that stand for one side of a comparison.
public struct RunSide: Sendable {
  /// How reports call it.
  public var name: String
  public var runs: [ComparedRun]

  public init(name: String, runs: [ComparedRun]) { (self.name, self.runs) = (name, runs) }

  /// Whole runs.
  public init(name: String, runs: [RunRecord]) { self.init(name: name, runs: runs.map(ComparedRun.init)) }

  /// The newest of the runs that were read whole.
  public var newest: RunRecord? {
    runs.compactMap(\.record).max { $0.origin.started < $1.origin.started }
  }

  /// What pairs rows of two sides. Without threads where each side has one number of them, and not the same.
  struct Key: Hashable {
    var id: String, label: String
    var threads: Int?
  }

  /// Everything timed under one key.
  struct Timed {
    var title: String
    /// Seconds per iteration, one for each run.
    var medians: [Double] = []
    /// Those of all runs that were read whole.
    var samples: [Double] = []
    var protocols: Set<String> = []
    /// What the runs' own controls saw where there was nothing to see, as a share; nil where a run had none.
    var noise: [Double?] = []

    /// From `Comparison.enoughRuns` on a run is one figure, and the drift between runs is in their spread.
    var isByRun: Bool { medians.count >= Comparison.enoughRuns }
    /// The independent times of the side.
    var units: [Double] { isByRun ? medians : samples }
  }

  var threads: Set<Int> { Set(runs.map(\.threads)) }

  /// In the order of their first appearance.
  func timed(withThreads: Bool) -> (keys: [Key], values: [Key: Timed]) {
    var (keys, places, values): ([Key], [Key: Int], [Timed]) = ([], [:], [])
    for run in runs {
      for found in run.timed {
        let key = Key(id: found.id, label: found.label, threads: withThreads ? run.threads : nil)
        let place = places[key] ?? keys.count
        if place == keys.count {
          places[key] = place
          keys.append(key)
          values.append(Timed(title: found.title))
        }
        values[place].medians.append(found.median)
        values[place].samples += found.samples
        values[place].protocols.insert(found.caseProtocol)
        values[place].noise.append(found.noise)
      }
    }
    return (keys, Dictionary(uniqueKeysWithValues: zip(keys, values)))
  }

  /// The runs without samples that have a case for which there are too few runs, so that its samples count. They have to
  /// be read whole before the side is compared.
  public var runsThatNeedSamples: [Int] {
    let (_, values) = timed(withThreads: true)
    return runs.indices.filter { index in
      let run = runs[index]
      return !run.hasSamples
        && run.timed.contains {
          values[Key(id: $0.id, label: $0.label, threads: run.threads)]?.isByRun == false
        }
    }
  }
}
