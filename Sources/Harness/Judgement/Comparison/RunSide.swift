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

    func isKey(of found: ComparedRun.Timed, _ threads: Int?) -> Bool {
      label == found.label && id == found.id && self.threads == threads
    }
  }

  /// Everything timed under one key.
  struct Timed {
    var title: String
    /// Seconds per iteration, one for each run.
    var medians: [Double] = []
    /// Those of all runs that were read whole.
    var samples: [Double] = []
    /// Each once.
    var protocols: [String] = []
    /// What the runs' own controls saw where there was nothing to see, as shares.
    var noise: [Double] = []

    /// From `Comparison.enoughRuns` on a run is one figure, and the drift between runs is in their spread.
    var isByRun: Bool { medians.count >= Comparison.enoughRuns }
    /// The independent times of the side.
    var units: [Double] { isByRun ? medians : samples }

    mutating func add(_ found: ComparedRun.Timed) {
      medians.append(found.median)
      if !found.samples.isEmpty { samples += found.samples }
      if !protocols.contains(found.caseProtocol) { protocols.append(found.caseProtocol) }
      if let share = found.noise { noise.append(share) }
    }
  }

  var threads: Set<Int> { Set(runs.map(\.threads)) }

  /// In the order of their first appearance.
  func timed(withThreads: Bool) -> (keys: [Key], values: [Key: Timed]) {
    var (keys, places, values): ([Key], [Key: Int], [Timed]) = ([], [:], [])
    var last = -1
    for run in runs {
      let threads = withThreads ? run.threads : nil
      for found in run.timed {
        // Among thousands of runs a row mostly comes after the same one.
        var place = last + 1 < keys.count ? last + 1 : 0
        if keys.isEmpty || !keys[place].isKey(of: found, threads) {
          let key = Key(id: found.id, label: found.label, threads: threads)
          place = places[key] ?? keys.count
          if place == keys.count {
            places[key] = place
            keys.append(key)
            values.append(Timed(title: found.title))
          }
        }
        values[place].add(found)
        last = place
      }
    }
    return (keys, Dictionary(uniqueKeysWithValues: zip(keys, values)))
  }

  /// The runs without samples that have a case for which there are too few runs, so that its samples count. They have to
  /// be read whole before the side is compared.
  public var runsThatNeedSamples: [Int] {
    let few = Set(timed(withThreads: true).values.filter { !$0.value.isByRun }.keys)
    guard !few.isEmpty else { return [] }
    return runs.indices.filter { index in
      let run = runs[index]
      return !run.hasSamples
        && run.timed.contains { few.contains(Key(id: $0.id, label: $0.label, threads: run.threads)) }
    }
  }
}
