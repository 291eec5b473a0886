import Results

/// How many runs a machine's histories are made of, and why others were left out; each counts once.
public struct RunCensus: Codable, Hashable, Sendable {
  public var judged = 0
  /// Measured by other programs.
  public var imported = 0
  /// Taken on other hardware under the same folder name.
  public var otherHardware = 0
  public var interrupted = 0
  public var debug = 0
  /// With changes that are in no commit.
  public var dirty = 0
  public var invalid = 0
  /// Of those that are judged: their commit is not one of the checkout's, so they stand where their date belongs.
  public var byDate = 0

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case otherHardware = "other_hardware"
    case byDate = "ordered_by_date"
    case judged, imported, interrupted, debug, dirty, invalid
  }
}

/// The runs of one machine that may be judged, in the order of their commits.
struct TrackedRuns {
  struct Run {
    let summary: RunSummary
    /// Runs of one commit share it.
    let order: Int
  }

  private(set) var runs: [Run] = []
  private(set) var census = RunCensus()
  /// `MachineFacts.hardwareKey` of the newest run, which is that of all.
  let hardware: String?
  /// Why the newest run is not among them, if so.
  let newestLeftOut: String?

  init(_ stored: [RunSummary], commits: CommitOrder) {
    let newest = stored.filter { $0.origin.program == nil }.max { $0.origin.started < $1.origin.started }
    hardware = newest?.hardware
    newestLeftOut = newest.flatMap { run in
      Self.exclusion(of: run, hardware: run.hardware).map { Self.explain($0, run) }
    }
    var kept: [RunSummary] = []
    for run in stored {
      if let reason = Self.exclusion(of: run, hardware: hardware) {
        census[keyPath: reason] += 1
      } else {
        kept.append(run)
      }
    }
    census.judged = kept.count
    order(kept, commits)
  }

  private static func exclusion(of run: RunSummary, hardware: String?) -> WritableKeyPath<RunCensus, Int>? {
    if run.origin.program != nil { return \.imported }
    if run.hardware != hardware { return \.otherHardware }
    if run.validity.status == .interrupted { return \.interrupted }
    if run.origin.buildConfiguration != "release" { return \.debug }
    if run.origin.commit.value?.dirty == true { return \.dirty }
    return run.validity.status == .valid ? nil : \.invalid
  }

  private static func explain(_ reason: WritableKeyPath<RunCensus, Int>, _ run: RunSummary) -> String {
    switch reason {
    case \.interrupted: "it was interrupted"
    case \.debug: "it is of a debug build; build with -c release"
    case \.dirty: "it has changes that are in no commit; commit them and measure again"
    default: run.validity.reasons.joined(separator: "; ")
    }
  }

  /// Commits by their place; those that share one, and runs of one commit, by date.
  private mutating func order(_ kept: [RunSummary], _ commits: CommitOrder) {
    let groups = Dictionary(grouping: kept) { $0.origin.commit.value?.hash ?? "run \($0.path)" }
    let placed = groups.values.map { group -> (place: Int, first: String, runs: [RunSummary]) in
      let runs = group.sorted { ($0.origin.started, $0.path) < ($1.origin.started, $1.path) }
      let first = runs[0].origin
      let known = first.commit.value.flatMap { commits.place(of: $0.hash) }
      if known == nil { census.byDate += runs.count }
      return (known ?? commits.place(at: first.started), first.started, runs)
    }
    let sorted = placed.sorted {
      ($0.place, $0.first, $0.runs[0].path) < ($1.place, $1.first, $1.runs[0].path)
    }
    for (order, group) in sorted.enumerated() {
      runs += group.runs.map { Run(summary: $0, order: order) }
    }
  }
}
