import Results

/// What else differs between two sides than their times: each of these may be the reason.
enum RunDifferences {
  static func lines(_ reference: RunSide, _ candidate: RunSide) -> [String] {
    let (old, new) = (values(reference), values(candidate))
    let names = (reference.runs.first ?? candidate.runs.first)?.facts.map(\.name) ?? []
    return names.compactMap { name in
      let (before, after) = (old[name, default: []], new[name, default: []])
      return before == after ? nil : "\(name): \(told(before)) → \(told(after))"
    }
  }

  /// The values of each fact on a side.
  private static func values(_ side: RunSide) -> [String: Set<String>] {
    var values: [String: Set<String>] = [:]
    for run in side.runs {
      for fact in run.facts { values[fact.name, default: []].insert(fact.value) }
    }
    return values
  }

  /// Thousands of runs may be of thousands of commits.
  private static let most = 4

  private static func told(_ values: Set<String>) -> String {
    let sorted = values.sorted()
    guard sorted.count > most else { return sorted.joined(separator: ", ") }
    return sorted.prefix(most - 1).joined(separator: ", ") + " and \(sorted.count - most + 1) more"
  }
}
