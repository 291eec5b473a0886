import ArgumentParser
import Judgement
import Results

/// `perwatt track bless`: accepts a change, so that a case's history begins anew at it.
struct BlessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bless", abstract: "Accept a change of a case's speed: its history begins anew there.",
    discussion: """
      Stored as a small file under results/<machine>/blessed, to be committed with the results; deleting it takes the \
      acceptance back.

      Example: perwatt track bless kernel.gemv.f32.8192x4096 --note "checks bounds since 3aa7dc81f0"
      """)

  @Argument(help: "The case's id, as perwatt track prints it.")
  var caseID: String

  @Option(help: "The commit with which the new level begins (default: that of the change found).")
  var commit: String?

  @Option(help: "Why it is accepted.")
  var note: String

  @Option(help: "Only this backend's history (default: all of the case).")
  var backend: String?

  @OptionGroup var place: TrackPlace

  func validate() throws {
    if note.allSatisfy(\.isWhitespace) {
      throw ValidationError("--note is empty: say why the change is accepted")
    }
    if let commit, commit.isEmpty || commit.hasPrefix("-") {
      throw ValidationError("--commit '\(commit)': name a commit")
    }
  }

  func run() throws {
    let stored = try StoredHistories(results: place.results, machine: place.machine)
    for problem in stored.problems { Console.note("warning: \(problem)") }
    let record = stored.tracker().judge(stored.runs, machine: stored.machine)
    let series = try matching(record.series)
    let start = try commit.map { try named($0, stored) } ?? found(in: series, stored)
    let blessing = Blessing(
      caseID: caseID, alternative: backend, commit: start.commit, since: start.since, note: note)
    let path = try stored.store.bless(blessing, machine: stored.machine)
    Console.note("accepted from \(start.commit.prefix(10)) on, in \(path); delete the file to take it back")
  }

  private func matching(_ series: [TrackedSeries]) throws -> [TrackedSeries] {
    let ofCase = series.filter { $0.caseID == caseID }
    guard !ofCase.isEmpty else {
      let near = NearNames.of(caseID, among: series.map(\.caseID))
      throw Failure("\(caseID) has no history here\(near); perwatt track --no-run --all lists them")
    }
    guard let backend else { return ofCase }
    let found = ofCase.filter { $0.alternative == backend }
    guard !found.isEmpty else {
      let names = Set(ofCase.map(\.alternative)).sorted().joined(separator: ", ")
      throw Failure("\(caseID) has no backend \(backend); it has \(names)")
    }
    return found
  }

  /// The commit that the user names, and when its first run began.
  private func named(_ name: String, _ stored: StoredHistories) throws -> (commit: String, since: String) {
    let resolved = stored.checkout.flatMap {
      Git.output(in: $0, ["rev-parse", "--verify", "--quiet", "\(name)^{commit}"])
    }
    let hash = resolved.map { String($0.prefix { !$0.isWhitespace }) } ?? name
    let place = stored.commits.place(of: hash)
    let covered = stored.runs.filter { run in
      guard let own = run.origin.commit.value?.hash, run.figures.contains(where: { $0.key.caseID == caseID })
      else {
        return false
      }
      if own.hasPrefix(hash) || hash.hasPrefix(own) { return true }
      guard let place, let ownPlace = stored.commits.place(of: own) else { return false }
      return ownPlace >= place
    }
    guard let first = covered.min(by: { $0.origin.started < $1.origin.started }) else {
      throw Failure(
        "--commit \(name): no stored run of \(caseID) is of that commit or a later one; name one that is")
    }
    return (hash, first.origin.started)
  }

  /// Where the change begins that was found.
  private func found(in series: [TrackedSeries], _ stored: StoredHistories) throws -> (
    commit: String, since: String
  ) {
    // A drift has no other end than the newest run.
    let changes = series.flatMap(\.changes)
    let standing = changes.contains(where: \.isRegression) ? changes.filter(\.isRegression) : changes
    let starts = Set(standing.compactMap { $0.kind == .step ? $0.commit : nil })
    guard let start = starts.first, starts.count == 1,
      let change = standing.first(where: { $0.commit == start })
    else {
      let problem =
        starts.isEmpty
        ? "no step was found in its history" : "steps begin at \(starts.sorted().joined(separator: ", "))"
      throw Failure("\(caseID): \(problem); name the commit to begin anew with --commit")
    }
    return (start, change.date)
  }
}

/// What a user may have meant.
enum NearNames {
  /// `; did you mean a, b?`, or nothing.
  static func of(_ name: String, among names: [String]) -> String {
    let near = Set(names).map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
      .filter { $0.name.contains(name) || $0.distance <= max(2, name.utf8.count / 3) }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3)
    return near.isEmpty ? "" : "; did you mean \(near.map(\.name).joined(separator: ", "))?"
  }

  /// Letters to insert, remove or replace (Levenshtein 1966).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        (diagonal, row[j + 1]) = (row[j + 1], cost)
      }
    }
    return row[b.count]
  }
}
