/// The commits of a checkout in the order in which its main line took them in, never by time: a commit stands where the
/// line of first parents reached it, one that came by a merge just before that merge.
public struct CommitOrder: Sendable {
  /// Full hashes with their places, sorted by hash.
  private var places: [(hash: Substring, place: Int)] = []
  /// Of the main line, oldest first: the latest date up to here.
  private var dates: [Substring] = []

  /// No commits: all runs are ordered by date.
  public init() {}

  /// - Parameter log: what `git log --format='%H %cd %P'` says with dates such as `2026-11-21T18:30:00Z`: a line for
  ///   each commit, the newest first. Other lines are left out.
  public init(log: String) {
    let (commits, newest) = Self.commits(in: log)
    var head = newest
    var line: [Substring] = []
    var seen: Set<Substring> = []
    while let hash = head, let commit = commits[hash], seen.insert(hash).inserted {
      line.append(hash)
      head = commit.parents.first
    }
    var known: [Substring: Int] = [:]
    for (number, hash) in line.reversed().enumerated() {
      known[hash] = 2 * number + 1
      var open = commits[hash]!.parents
      while let merged = open.popLast() {
        guard known[merged] == nil, let commit = commits[merged] else { continue }
        known[merged] = 2 * number
        open += commit.parents
      }
      dates.append(max(commits[hash]!.date, dates.last ?? ""))
    }
    places = known.map { (hash: $0.key, place: $0.value) }.sorted { $0.hash < $1.hash }
  }

  /// The commits by their hashes, and the newest one.
  private static func commits(in log: String)
    -> ([Substring: (date: Substring, parents: [Substring])], newest: Substring?)
  {
    var commits: [Substring: (date: Substring, parents: [Substring])] = [:]
    var newest: Substring?
    for line in log.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 2 else { continue }
      commits[words[0]] = (words[1], Array(words.dropFirst(2)))
      newest = newest ?? words[0]
    }
    return (commits, newest)
  }

  /// The place of a commit, named by the beginning of its hash; nil where none or several begin so.
  public func place(of commit: String) -> Int? {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].hash < commit { low = middle + 1 } else { high = middle }
    }
    guard low < places.count, places[low].hash.hasPrefix(commit), !commit.isEmpty else { return nil }
    if low + 1 < places.count, places[low + 1].hash.hasPrefix(commit) { return nil }
    return places[low].place
  }

  /// Where the main line was at a time such as `2026-11-21T18:30:00Z`; −1 before its first commit.
  public func place(at time: String) -> Int {
    var (low, high) = (0, dates.count)
    while low < high {
      let middle = (low + high) / 2
      if dates[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return 2 * low - 1
  }
}
