import Statistics

/// The search within one history of comparable points.
struct HistorySearch {
  private let points: [HistoryPoint]
  private let values: [Double]
  private let outliers: [LoneOutlier]
  private let settings: HistorySettings
  /// p of the whole history.
  private(set) var p = 1.0
  private(set) var findings: [SeriesFinding] = []
  /// First points of new levels, and p of the stretch that each splits.
  private var splits: [Int: Double] = [:]

  init(points: [HistoryPoint], outliers: [LoneOutlier], settings: HistorySettings) {
    (self.points, self.outliers, self.settings) = (points, outliers, settings)
    values = points.map(\.value)
  }

  mutating func run() {
    p = search(0..<points.count)
    // A split that does not stand between the levels beside it joins them; the least significant goes first.
    while let weakest = splits.filter({ step(at: $0.key, p: $0.value) == nil }).max(by: isWeaker) {
      splits[weakest.key] = nil
    }
    findings += splits.compactMap { step(at: $0.key, p: $0.value) }
    findings.sort { $0.index < $1.index }
    guard let newest = findings.last?.after else { return }
    for index in findings.indices.dropLast() where findings[index].verdict == .slower {
      findings[index].hasRecovered = newest <= findings[index].before * (1 + settings.relativeFloor)
    }
  }

  private func isWeaker(_ a: (key: Int, value: Double), than b: (key: Int, value: Double)) -> Bool {
    (a.value, a.key) < (b.value, b.key)
  }

  /// Splits `stretch` where it most likely changed its level, and its parts again, unless a line fits it
  /// better.
  /// - Returns: the probability of such a split or trend without a change.
  @discardableResult private mutating func search(_ stretch: Range<Int>) -> Double {
    guard stretch.count >= settings.minPoints else { return 1 }
    let split = likeliestSplit(of: stretch)
    let trend = MannKendall(of: Array(values[stretch]))
    let trendP = trend.agreement >= settings.agreement ? trend.p : 1
    // Not corrected for two tests: by chance so many pairs hardly ever agree on a trend.
    let p = min(split?.p ?? 1, trendP)
    if trendP <= settings.significance, let (drift, residual) = drift(in: stretch, p: p),
      split.map({ residual < $0.residual }) ?? true
    {
      findings.append(drift)
    } else if let split, split.p <= settings.significance {
      splits[split.index] = p
      search(stretch.lowerBound..<split.index)
      search(split.index..<stretch.upperBound)
    }
    return p
  }

  /// With `p` corrected for the choice among all splits, and the sum of absolute residuals around the two
  /// levels.
  private func likeliestSplit(of stretch: Range<Int>) -> (index: Int, p: Double, residual: Double)? {
    let side = settings.minSide
    let allowed = (side...max(side, stretch.count - side)).filter {
      let index = stretch.lowerBound + $0
      return index < stretch.upperBound && points[index - 1].order < points[index].order
    }
    let inside = Array(values[stretch])
    // Pettitt's statistic leans to the middle: a split that leaves all values of one side below all of the
    // other is it.
    let clean = allowed.filter { Self.isClean(inside, at: $0) }
    guard let change = Pettitt(of: inside, splits: clean.isEmpty ? allowed : clean) else { return nil }
    let index = stretch.lowerBound + change.index
    let (before, after) = (Array(inside.prefix(change.index)), Array(inside.dropFirst(change.index)))
    let p = min(1, MannWhitney(before, after).p * Self.independentSplits(allowed.count))
    return (index, p, Level(before).residuals.reduce(0, +) + Level(after).residuals.reduce(0, +))
  }

  private static func isClean(_ values: [Double], at index: Int) -> Bool {
    let (before, after) = (values.prefix(index), values.dropFirst(index))
    guard let low = before.min(), let high = before.max() else { return false }
    return after.allSatisfy { $0 > high } || after.allSatisfy { $0 < low }
  }

  /// As how many independent tests a choice among `count` splits counts. Splits beside each other share most
  /// pairs; 2√count is an upper bound that simulation found for up to 400 points.
  static func independentSplits(_ count: Int) -> Double {
    min(Double(count), 2 * Double(count).squareRoot())
  }

  /// The finding that a level ends before `index`, between the splits beside it; nil if it does not pass the
  /// gates.
  private func step(at index: Int, p: Double) -> SeriesFinding? {
    let start = splits.keys.filter { $0 < index }.max() ?? 0
    let end = splits.keys.filter { $0 > index }.min() ?? points.count
    let (before, after) = (Level(Array(values[start..<index])), Level(Array(values[index..<end])))
    let shift = HodgesLehmann.shift(from: before.values, to: after.values)
    let change = Change(
      before: before.median, after: after.median, ratio: (before.median + shift) / before.median)
    let share = MannWhitney(after.values, before.values).share
    guard passes(change, residuals: before.residuals + after.residuals),
      max(share, 1 - share) >= settings.agreement,
      min(before.share(nearerThan: after), after.share(nearerThan: before)) >= settings.ownLevel,
      p <= significance(before, after, change), intervalsAreApart(start..<index, index..<end),
      outliers(in: start..<index, at: after) + outliers(in: index + 1..<end + 1, at: before)
        <= settings.mostOutliersAtOtherLevel
    else { return nil }
    return change.finding(.step, index: index, p: p)
  }

  /// How many of a stretch's outliers lie where points of `level` do. Those between two stretches may be either's.
  private func outliers(in stretch: Range<Int>, at level: Level) -> Int {
    guard let low = level.values.min(), let high = level.values.max() else { return 0 }
    return outliers.count { stretch.contains($0.place) && (low...high).contains($0.value) }
  }

  /// What a step's p may be: less where the points scatter as widely as the floor, or are so few that chance moves a
  /// level by that much; but not where no point strays from its level by a quarter of the step.
  private func significance(_ before: Level, _ after: Level, _ change: Change) -> Double {
    let residuals = before.residuals.map { $0 / before.median } + after.residuals.map { $0 / after.median }
    let scatter = (residuals.reduce(0) { $0 + $1 * $1 } / Double(residuals.count)).squareRoot()
    // The error of a level falls with the square root of its points.
    let error = (1 / Double(before.values.count) + 1 / Double(after.values.count)).squareRoot()
    let least = settings.relativeFloor * error * (Double(settings.sureSide) / 2).squareRoot()
    let isFar = max(change.ratio, 1 / change.ratio) >= 1 + least
    let stray = (before.residuals + after.residuals).max() ?? 0
    let isSure = isFar && scatter <= settings.relativeFloor || 4 * stray <= abs(after.median - before.median)
    return isSure ? settings.significance : settings.strictSignificance
  }

  /// The finding that `stretch` drifts, and the sum of absolute residuals around the line; nil if it does not
  /// pass the gates.
  private func drift(in stretch: Range<Int>, p: Double) -> (SeriesFinding, residual: Double)? {
    let y = Array(values[stretch]), x = y.indices.map(Double.init)
    guard let line = TheilSen(x: x, y: y) else { return nil }
    let (before, after) = (line.intercept, line.intercept + line.slope * Double(y.count - 1))
    let change = Change(before: before, after: after, ratio: after / before)
    let residuals = zip(x, y).map { abs($1 - line.intercept - line.slope * $0) }
    guard before > 0, after > 0, passes(change, residuals: residuals),
      p <= (y.count >= settings.longDrift ? settings.significance : settings.strictSignificance)
    else { return nil }
    return (change.finding(.drift, index: stretch.lowerBound, p: p), residuals.reduce(0, +))
  }

  /// The points on one side of a split.
  private struct Level {
    let values: [Double]
    let median: Double
    /// Their distances from the median.
    let residuals: [Double]

    init(_ values: [Double]) {
      let median = Quantiles.median(values)
      (self.values, self.median, residuals) = (values, median, values.map { abs($0 - median) })
    }

    /// The share of the points that lie nearer to this level than to `other`.
    func share(nearerThan other: Level) -> Double {
      let near = zip(values, residuals).reduce(0) { $0 + ($1.1 < abs($1.0 - other.median) ? 1 : 0) }
      return Double(near) / Double(values.count)
    }
  }

  private struct Change {
    let before: Double, after: Double, ratio: Double

    func finding(_ kind: SeriesFinding.Kind, index: Int, p: Double) -> SeriesFinding {
      SeriesFinding(
        kind: kind, index: index, before: before, after: after, ratio: ratio, p: p,
        verdict: ratio > 1 ? .slower : .faster, hasRecovered: false)
    }
  }

  /// Whether a change is large enough: as a share, in its unit, and beside the scatter of the points around
  /// it.
  private func passes(_ change: Change, residuals: [Double]) -> Bool {
    let move = abs(change.ratio - 1) * change.before
    return max(change.ratio, 1 / change.ratio) >= 1 + settings.relativeFloor && move >= settings.absoluteFloor
      && move >= settings.residuals * Quantiles.median(residuals)
  }

  /// Whether the intervals that the points bring leave room between the levels; true where not all bring one.
  private func intervalsAreApart(_ before: Range<Int>, _ after: Range<Int>) -> Bool {
    let (old, new) = (points[before].compactMap(\.interval), points[after].compactMap(\.interval))
    guard old.count == before.count, new.count == after.count else { return true }
    func median(_ side: [ClosedRange<Double>], _ end: KeyPath<ClosedRange<Double>, Double>) -> Double {
      Quantiles.median(side.map { $0[keyPath: end] })
    }
    return median(old, \.upperBound) < median(new, \.lowerBound)
      || median(new, \.upperBound) < median(old, \.lowerBound)
  }
}
