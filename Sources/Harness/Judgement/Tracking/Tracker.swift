import Quantities
import Results
import Statistics

/// Judges the histories of a machine's cases from summaries of its stored runs. Pure: same runs, same judgement.
public struct Tracker: Sendable {
  /// Only case ids that contain this; nil for all.
  public var filter: String?
  /// Only these alternatives; nil for all.
  public var alternatives: Set<String>?
  public var settings = HistorySettings.default
  /// The order of the checkout's commits.
  public var commits: CommitOrder
  public var blessings: [Blessing]

  public init(commits: CommitOrder = CommitOrder(), blessings: [Blessing] = []) {
    (self.commits, self.blessings) = (commits, blessings)
  }

  /// The judgement of all runs in `machine`'s folder.
  /// - Parameter problems: what could not be read, passed on.
  public func judge(_ stored: [RunSummary], machine: String, problems: [String] = []) -> TrackRecord {
    let tracked = TrackedRuns(stored, commits: commits)
    let histories = self.histories(of: tracked.runs)
    let judgement = HistoryJudge.judge(histories.map(\.series), settings: settings)
    let series = zip(histories, judgement.series).map { history, found in
      history.tracked(found.judgement, runs: tracked.runs)
    }
    return TrackRecord(
      machine: machine, cpu: tracked.runs.last?.summary.cpu ?? "", hardware: tracked.hardware ?? "",
      runs: tracked.census, newestLeftOut: tracked.newestLeftOut, series: series,
      judged: judgement.census.judged, tooShort: judgement.census.tooShort, withheld: judgement.withheld,
      problems: problems)
  }

  /// By suite and case, in the order of their names.
  private func histories(of runs: [TrackedRuns.Run]) -> [CaseHistory] {
    var known: [CaseHistory.ID: CaseHistory] = [:]
    // The newest one says what the others must be like; enough is enough.
    for (index, run) in runs.enumerated().reversed() {
      for figure in run.summary.figures where includes(figure.key) {
        let id = CaseHistory.ID(suite: run.summary.origin.suite, figure.key)
        known[id, default: CaseHistory(id: id, protocolHash: figure.key.protocolHash)]
          .add(figure, run: index, most: settings.window)
      }
    }
    return known.values.map { history in
      var history = history
      history.finish(runs: runs) { blessing(of: $0, in: runs) }
      return history
    }.sorted { $0.id < $1.id }
  }

  private func includes(_ key: CaseKey) -> Bool {
    (alternatives?.contains(key.alternative) ?? true) && (filter.map(key.caseID.contains) ?? true)
  }

  /// The blessing that lets most of a history go, and the first point that is left.
  private func blessing(of history: CaseHistory, in runs: [TrackedRuns.Run]) -> (Blessing, point: Int)? {
    let found = blessings.filter { $0.holds(for: history.id.key) }.compactMap { blessing in
      let place = commits.place(of: blessing.commit)
      let point = history.points.firstIndex { point in
        let origin = runs[point.run].summary.origin
        if let hash = origin.commit.value?.hash,
          hash.hasPrefix(blessing.commit) || blessing.commit.hasPrefix(hash)
        {
          return true
        }
        guard let place, let own = origin.commit.value.flatMap({ commits.place(of: $0.hash) }) else {
          return origin.started >= blessing.since
        }
        return own >= place
      }
      return point.map { (blessing, point: $0) }
    }
    return found.max { $0.point < $1.point }
  }
}

extension Blessing {
  func holds(for key: CaseKey) -> Bool {
    key.caseID == caseID && alternative.map { $0 == key.alternative } ?? true
  }
}
