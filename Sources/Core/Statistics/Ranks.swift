/// Ranks of values among each other.
enum Ranks {
  /// Ranks from 1 on, equal values sharing the mean of theirs; and Σ(t³ − t) over groups of t equal values.
  static func shared(_ values: [Double]) -> (ranks: [Double], ties: Double) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var (ties, start) = (0.0, 0)
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      let count = Double(end - start)
      ties += count * count * count - count
      start = end
    }
    return (ranks, ties)
  }
}
