import Quantities
import Results
import Statistics

/// The points of one case and alternative within one suite, on their way to the judge.
struct CaseHistory {
  struct ID: Hashable, Comparable {
    let suite: String
    let caseID: String
    let alternative: String
    let threads: Int

    init(suite: String, _ key: CaseKey) {
      (self.suite, caseID, alternative, threads) = (suite, key.caseID, key.alternative, key.threads)
    }

    var key: CaseKey {
      CaseKey(caseID: caseID, alternative: alternative, threads: threads, protocolHash: "")
    }

    static func < (a: ID, b: ID) -> Bool {
      (a.caseID, a.alternative, a.threads, a.suite) < (b.caseID, b.alternative, b.threads, b.suite)
    }
  }
  struct Point {
    /// Its place among the tracked runs.
    let run: Int
    let time: MedianTime
  }

  let id: ID
  /// Of the newest point, and so of all.
  let protocolHash: String
  private(set) var points: [Point] = []
  private var otherProtocol = 0
  private var blessing: Blessing?
  private(set) var series = HistorySeries(id: "", points: [])

  init(id: ID, protocolHash: String) { (self.id, self.protocolHash) = (id, protocolHash) }

  /// Takes a figure, the newest first.
  mutating func add(_ figure: CaseFigure, run: Int, most: Int) {
    if figure.key.protocolHash != protocolHash {
      otherProtocol += 1
    } else if points.count < most {
      points.append(Point(run: run, time: figure.time))
    }
  }

  /// Turns the points into their order and begins at a blessing.
  mutating func finish(runs: [TrackedRuns.Run], blessing: (CaseHistory) -> (Blessing, point: Int)?) {
    points.reverse()
    if let (found, point) = blessing(self) {
      points.removeFirst(point)
      self.blessing = found
    }
    series = HistorySeries(
      id: "\(id.caseID) \(id.alternative)",
      points: points.map { point in
        let time = point.time
        return HistoryPoint(
          id: runs[point.run].summary.name, order: runs[point.run].order, value: time.median.value,
          interval: time.low.value...max(time.low.value, time.high.value))
      })
  }

  /// With what the judge found in it.
  func tracked(_ judgement: SeriesJudgement, runs: [TrackedRuns.Run]) -> TrackedSeries {
    var missing: Int?
    if case .tooShort(let needs) = judgement.status { missing = needs }
    let steps = judgement.findings.filter { $0.kind == .step }.map(\.index)
    let changes = judgement.findings.map { finding in
      let start = steps.last { $0 < finding.index } ?? 0
      let end = steps.first { $0 > finding.index } ?? points.count
      return change(finding, within: start..<end, runs)
    }
    return TrackedSeries(
      suite: id.suite, caseID: id.caseID, alternative: id.alternative, threads: id.threads,
      history: points.map(\.time.median), missing: missing, otherProtocol: otherProtocol, changes: changes,
      blessing: blessing.map { TrackedBlessing(commit: $0.commit, note: $0.note) })
  }

  /// - Parameter stretch: the levels on both sides of a step.
  private func change(_ finding: SeriesFinding, within stretch: Range<Int>, _ runs: [TrackedRuns.Run])
    -> TrackedChange
  {
    let values = points.map(\.time.median.value)
    var (index, interval) = (finding.index, ClosedRange<Double>?.none)
    if finding.kind == .step {
      index = StepStart.index(in: values, stretch, near: index) {
        runs[points[$0 - 1].run].order < runs[points[$0].run].order
      }
      interval = ShiftInterval.ratio(
        Array(values[stretch.lowerBound..<index]), Array(values[index..<stretch.upperBound]))
    }
    let run = runs[points[index].run].summary
    return TrackedChange(
      kind: finding.kind, verdict: finding.verdict, before: Seconds(finding.before),
      after: Seconds(finding.after),
      ratio: finding.ratio, low: interval?.lowerBound, high: interval?.upperBound, p: finding.p,
      run: run.name,
      commit: run.origin.commit.value?.hash, date: run.origin.started, index: index,
      hasRecovered: finding.hasRecovered)
  }
}
