import Quantities
import Results
import Statistics
import Testing

@testable import Judgement

@Suite struct TrackerTests {
  /// A valid release run of commit `number`, a day after the one before, whose cases took that long.
  private func run(_ number: Int, _ times: [String: Double]) -> RunSummary {
    let origin = RunOrigin(
      toolVersion: "1", commit: .measured(Commit(hash: Self.hash(number), dirty: false)),
      buildConfiguration: "release", suite: "kernels",
      started: .init(timeIntervalSince1970: Double(number) * 86_400))
    let figures = times.sorted { $0.key < $1.key }.map { id, time in
      let interval = MedianInterval(of: [0.99, 0.995, 1, 1.005, 1.01, 1].map { $0 * time })
      return CaseFigure(
        key: CaseKey(caseID: id, alternative: "simd", threads: 2, protocolHash: "p"),
        time: MedianTime(interval))
    }
    return RunSummary(
      path: "results/box/run-\(number).json", origin: origin, machine: ("h", "CPU"),
      validity: Validity(.valid), figures: figures)
  }

  private static func hash(_ number: Int) -> String { "c\(String(100_000 + number))" }

  /// Commits 0 ..< count in the order of their numbers.
  private static func commits(_ numbers: [Int]) -> CommitOrder {
    let lines = numbers.indices.reversed().map { index in
      "\(hash(numbers[index]))ffff 2026-01-01T00:00:00Z \(index > 0 ? hash(numbers[index - 1]) + "ffff" : "")"
    }
    return CommitOrder(log: lines.joined(separator: "\n"))
  }

  /// A percent of noise around a level that is `factor` times as high from commit `at` on.
  private func history(_ count: Int, step at: Int = .max, factor: Double = 1.1, seed: UInt64 = 1)
    -> [RunSummary]
  {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { number in
      let noise = Double.random(in: 0.99...1.01, using: &generator)
      let even = Double.random(in: 0.99...1.01, using: &generator)
      return run(number, ["a.stepped": 1e-3 * noise * (number >= at ? factor : 1), "b.even": 2e-3 * even])
    }
  }

  private func tracker(_ count: Int, _ blessings: [Blessing] = []) -> Tracker {
    Tracker(commits: Self.commits(Array(0..<count)), blessings: blessings)
  }

  @Test func aStepIsFoundWithItsCommitAndInterval() throws {
    let record = tracker(40).judge(history(40, step: 25), machine: "box")
    #expect(record.hasRegression && record.judged == 2 && record.tooShort == 0 && record.runs.judged == 40)
    let series = try #require(record.series.first)
    let change = try #require(series.changes.first)
    #expect(series.caseID == "a.stepped" && series.changes.count == 1 && record.series[1].changes.isEmpty)
    #expect(change.commit == Self.hash(25) && change.isRegression)
    #expect(change.index == 25)
    #expect(change.run == "run-25")
    #expect(try #require(change.low) < 1.1 && 1.1 < #require(change.high) && abs(change.ratio - 1.1) < 0.01)
    #expect(abs(change.before.value - 1e-3) < 1e-5 && abs(change.after.value - 1.1e-3) < 1e-5)
  }

  /// Pettitt's own place is often one or two commits off, towards the middle.
  @Test func theFirstCommitOfTheNewLevelIsNamed() {
    let right = (0..<40).filter { seed in
      let record = tracker(40).judge(history(40, step: 28, factor: 1.06, seed: UInt64(seed)), machine: "box")
      return record.series[0].changes.map(\.commit) == [Self.hash(28)]
    }
    #expect(right.count >= 38, "\(right.count)")
  }

  @Test func commitsAreOrderedByTheCheckoutAndNotByDate() throws {
    // Measured in another order than committed: by date, the slow ones are scattered.
    let runs = history(40, step: 20)
    let shuffled = runs.indices.map { index -> RunSummary in
      var run = runs[index]
      run.origin.started = runs[index * 7 % 40].origin.started
      return run
    }
    let record = tracker(40).judge(shuffled, machine: "box")
    #expect(record.series[0].changes.map(\.commit) == [Self.hash(20)] && record.runs.byDate == 0)
    let blind = Tracker().judge(shuffled, machine: "box")
    #expect(blind.series[0].changes.isEmpty && blind.runs.byDate == 40)
    #expect(Tracker().judge(runs, machine: "box").series[0].changes.map(\.commit) == [Self.hash(20)])
  }

  @Test func runsThatSayNothingAreLeftOutAndCounted() {
    var runs = history(30)
    // Each wrong by far, so that one that is judged would show.
    let changes: [(inout RunSummary) -> Void] = [
      { $0.origin.commit = .measured(Commit(hash: "x", dirty: true)) },
      { $0.origin.buildConfiguration = "debug" },
      { $0.validity = Validity(.invalid, reasons: ["throttled"]) },
      { $0.validity = Validity(.interrupted) }, { $0.hardware = "another" },
      { $0.origin.program = "llama-bench" },
    ]
    for (index, change) in changes.enumerated() {
      for copy in 0..<6 {
        var bad = run(index * 6 + copy, ["a.stepped": 5, "b.even": 5])
        change(&bad)
        runs.append(bad)
      }
    }
    let record = tracker(30).judge(runs, machine: "box")
    var expected = RunCensus()
    (expected.judged, expected.dirty, expected.debug, expected.imported) = (30, 6, 6, 6)
    (expected.invalid, expected.interrupted, expected.otherHardware) = (6, 6, 6)
    #expect(record.runs == expected && record.series.allSatisfy(\.changes.isEmpty))
    #expect(record.series.allSatisfy { $0.history.count == 30 })
  }

  @Test func theNewestRunSaysWhyItIsNotJudged() {
    var runs = history(20)
    runs[19].validity = Validity(.invalid, reasons: ["throttled", "steal 3 %"])
    #expect(tracker(20).judge(runs, machine: "box").newestLeftOut == "throttled; steal 3 %")
    runs[19].origin.commit = .measured(Commit(hash: "x", dirty: true))
    #expect(tracker(20).judge(runs, machine: "box").newestLeftOut?.contains("no commit") == true)
    #expect(tracker(20).judge(history(20), machine: "box").newestLeftOut == nil)
  }

  @Test func newHardwareAndNewProtocolsBeginAnew() {
    var runs = history(40, step: 30, factor: 2)
    for index in 30..<40 { runs[index].figures[0].rename { $0.protocolHash = "new" } }
    let protocols = tracker(40).judge(runs, machine: "box")
    #expect(protocols.series[0].changes.isEmpty && protocols.series[0].history.count == 10)
    #expect(protocols.series[0].otherProtocol == 30 && protocols.series[1].history.count == 40)
    runs = history(40, step: 30, factor: 2)
    for index in 30..<40 { runs[index].hardware = "new" }
    let swapped = tracker(40).judge(runs, machine: "box")
    #expect(!swapped.hasRegression && swapped.runs.otherHardware == 30 && swapped.runs.judged == 10)
  }

  @Test func suitesAndThreadsHaveHistoriesOfTheirOwn() {
    var runs = history(24)
    for index in runs.indices where index % 2 == 0 { runs[index].origin.suite = "run" }
    for index in runs.indices where index % 4 == 1 { runs[index].figures[0].rename { $0.threads = 1 } }
    let record = tracker(24).judge(runs, machine: "box")
    #expect(record.series.map(\.history.count) == [6, 6, 12, 12, 12] && record.tooShort == 2)
    #expect(record.series[0].missing == 4 && record.series[0].threads == 1)
  }

  @Test func blessingsBeginAnewByCommitOrByDate() throws {
    let runs = history(40, step: 25)
    let accepted = Blessing(
      caseID: "a.stepped", alternative: nil, commit: Self.hash(25), since: runs[25].origin.started,
      note: "wanted")
    let record = tracker(40, [accepted]).judge(runs, machine: "box")
    #expect(!record.hasRegression && record.series[0].history.count == 15)
    #expect(record.series[0].blessing == TrackedBlessing(commit: Self.hash(25), note: "wanted"))
    #expect(record.series[1].blessing == nil && record.series[1].history.count == 40)
    // Of a commit without a run: from the next one on.
    let sparse = runs.indices.filter { $0 % 5 != 0 }.map { runs[$0] }
    #expect(tracker(40, [accepted]).judge(sparse, machine: "box").series[0].history.count == 12)
    // Without a checkout: by date.
    var moved = accepted
    moved.commit = "gone"
    #expect(Tracker(blessings: [moved]).judge(runs, machine: "box").series[0].history.count == 15)
    for other in ["openblas", "simd"] {
      moved.alternative = other
      let found = Tracker(blessings: [moved]).judge(runs, machine: "box")
      #expect(found.hasRegression == (other == "openblas"))
    }
  }

  @Test func aStepAfterABlessingIsFound() {
    var generator = SeededGenerator(seed: 4)
    let runs = (0..<60).map { number in
      let level = number < 20 ? 1.0 : number < 40 ? 1.2 : 1.4
      return run(number, ["a": 1e-3 * level * Double.random(in: 0.99...1.01, using: &generator)])
    }
    let accepted = Blessing(
      caseID: "a", alternative: nil, commit: Self.hash(20), since: runs[20].origin.started, note: "n")
    let record = tracker(60, [accepted]).judge(runs, machine: "box")
    #expect(record.series[0].changes.map(\.commit) == [Self.hash(40)] && record.hasRegression)
  }

  @Test func filtersChooseWhatIsJudged() {
    var tracker = tracker(20)
    let runs = history(20)
    tracker.filter = "even"
    #expect(tracker.judge(runs, machine: "box").series.map(\.caseID) == ["b.even"])
    (tracker.filter, tracker.alternatives) = (nil, ["scalar"])
    #expect(tracker.judge(runs, machine: "box").series.isEmpty)
    #expect(tracker.judge([], machine: "box").judged == 0)
  }
}

extension CaseFigure {
  fileprivate mutating func rename(_ change: (inout CaseKey) -> Void) {
    var key = key
    change(&key)
    self = CaseFigure(key: key, time: time)
  }
}
