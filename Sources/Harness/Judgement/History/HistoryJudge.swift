import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds steps and drifts in the histories of figures. Pure: same points, same judgement.
///
/// A stretch is split where Pettitt's statistic is largest and the Mann-Whitney test, times the splits that
/// could have been chosen, is significant; each part again. Where a line fits a stretch better,
/// Mann-Kendall's test decides instead. Both tests are counted. A change that is found so must then pass the
/// gates of `HistorySettings` against the stretches beside it.
public enum HistoryJudge {
  /// Judges one history by itself.
  public static func judge(_ points: [HistoryPoint], settings: HistorySettings = .default) -> SeriesJudgement
  {
    let sifted = SiftedHistory(points, settings)
    var judgement = SeriesJudgement(
      status: .judged, findings: [], points: sifted.points.count, invalid: sifted.invalid,
      otherConditions: sifted.otherConditions, outliers: sifted.outliers.count, p: 1)
    guard sifted.points.count >= settings.minPoints else {
      judgement.status = .tooShort(needs: settings.minPoints - sifted.points.count)
      return judgement
    }
    var search = HistorySearch(
      points: sifted.points.map(\.point), outliers: sifted.outliers, settings: settings)
    search.run()
    judgement.p = search.p
    judgement.findings = search.findings.map {
      var finding = $0
      finding.index = sifted.points[finding.index].index
      return finding
    }
    return judgement
  }

  /// Judges many histories: among the findings, the expected share of false ones is at most `significance`
  /// (Benjamini and Hochberg 1995). The family has one p of each history that was judged; a finding within a
  /// part of a history counts in its place.
  public static func judge(
    _ series: [HistorySeries], settings: HistorySettings = .default
  ) -> HistoryJudgement {
    var judgements = series.map { judge($0.points, settings: settings) }
    let judged = judgements.indices.filter { judgements[$0].status == .judged }
    let family = judged.map { judgements[$0].p }
    var withheld = 0
    for (place, index) in judged.enumerated() {
      let found = judgements[index].findings.map { finding in
        var (finding, family) = (finding, family)
        family[place] = finding.p
        finding.p = Multiplicity.benjaminiHochberg(family)[place]
        return finding
      }
      judgements[index].findings = found.filter { $0.p <= settings.significance }
      withheld += found.count - judgements[index].findings.count
    }
    return HistoryJudgement(
      series: zip(series, judgements).map { .init(id: $0.id, judgement: $1) },
      census: HistoryCensus(judged: judged.count, tooShort: series.count - judged.count), withheld: withheld)
  }
}

/// A point that was left out because it lies far above those around it.
struct LoneOutlier: Hashable {
  /// How many of the points that are left stand before it.
  let place: Int
  let value: Double
}

/// The points of a history that can be compared with its newest one, in the order of their commits.
struct SiftedHistory {
  /// With their indices among the points given.
  let points: [(index: Int, point: HistoryPoint)]
  let outliers: [LoneOutlier]
  let invalid: Int, otherConditions: Int

  init(_ given: [HistoryPoint], _ settings: HistorySettings) {
    let ordered = given.enumerated().map { (index: $0.offset, point: $0.element) }
      .sorted { ($0.point.order, $0.index) < ($1.point.order, $1.index) }
    let valid = ordered.filter { $0.point.invalid == nil && $0.point.value > 0 && $0.point.value.isFinite }
    let alike = valid.filter { $0.point.conditions == valid.last?.point.conditions }
    let accepted = alike.lastIndex { $0.point.isBlessed } ?? alike.startIndex
    let newest = Array(alike[accepted...].suffix(settings.window))
    let lone = Self.loneOutliers(newest.map(\.point.value), settings)
    points = newest.indices.filter { !lone.contains($0) }.map { newest[$0] }
    outliers = lone.sorted().enumerated().map { LoneOutlier(place: $1 - $0, value: newest[$1].point.value) }
    invalid = given.count - valid.count
    otherConditions = valid.count - alike.count
  }

  /// Single runs that something held up say nothing of a level. Where there are many of them they are one of
  /// two modes, and stay; few points cannot tell.
  private static func loneOutliers(_ values: [Double], _ settings: HistorySettings) -> Set<Int> {
    guard values.count >= settings.fewestForOutliers else { return [] }
    let found = HampelIdentifier.indices(
      in: values.map { log($0) }, threshold: settings.outlierDeviations,
      least: log(1 + settings.relativeFloor))
    return Double(found.count) <= settings.mostOutliers * Double(values.count) ? Set(found) : []
  }
}
