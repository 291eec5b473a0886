import Quantities
import Results

extension ReportInput {
  /// What formats with fewer bits, and students of larger models, cost in quality and spare in joules.
  func qualitySection(_ speeds: [SpeedRow]) -> ReportSection? {
    let all = machines.flatMap { machine in
      machine.runs.flatMap { run in
        (run.record.quality ?? []).map { quality in
          QualityPoint(
            machine: machine.name, quality: quality,
            cost: speeds.first {
              $0.machine == machine.name && $0.model == quality.model && $0.weights == quality.weights
            })
        }
      }
    }
    guard !all.isEmpty else { return nil }
    let words =
      "Perplexity of the same text: how many tokens a model is torn between, less is better. To the left are fewer joules, "
      + "below is better quality. Texts, boundaries and tiers are never mixed in a picture."
    let plots = QualityPoint.groups(all).enumerated().compactMap { index, points in
      QualityPoint.plot(points, "quality.\(index + 1)")
    }
    return ReportSection(
      "quality", "Quality against joules",
      [.text(words)] + plots.map(ReportBlock.plot) + [.table(QualityPoint.table(all))])
  }
}

/// The quality of a model, and what a token of it takes.
private struct QualityPoint {
  let machine: String
  let quality: PerplexityRecord
  /// Nil where no run has measured this model in this format.
  let cost: SpeedRow?

  private var joules: EnergyFigure? { cost?.energy }
  private var isFinite: Bool { quality.perplexity.isFinite && quality.perplexity > 0 }

  /// Points that may stand in one picture, in the order of their first appearance.
  static func groups(_ points: [QualityPoint]) -> [[QualityPoint]] {
    var keys: [String] = []
    let keyed = points.filter { $0.joules != nil && $0.isFinite }.map { ($0.key, $0) }
    for (key, _) in keyed where !keys.contains(key) { keys.append(key) }
    return keys.map { key in keyed.filter { $0.0 == key }.map(\.1) }
  }

  private var key: String { "\(machine)\n\(quality.text)\n\(joules?.origin.words ?? "")" }

  /// Nil for a single point, which compares nothing.
  static func plot(_ points: [QualityPoint], _ name: String) -> Plot? {
    guard points.count > 1, let origin = points[0].joules?.origin else { return nil }
    var models: [String] = []
    for point in points where !models.contains(point.quality.model) { models.append(point.quality.model) }
    let marks = points.map { point in
      Plane.Point(
        x: point.joules?.perToken.central.value ?? .nan, y: point.quality.perplexity,
        series: models.firstIndex(of: point.quality.model) ?? 0, label: point.quality.weights)
    }
    let plane = Plane(
      x: PlotAxis("joules per token (\(origin.words))", of: marks.map(\.x)),
      y: PlotAxis("perplexity", of: marks.map(\.y), startsAtZero: false), series: models, points: marks)
    return Plot(
      name: name, title: "\(points[0].quality.text), \(points[0].machine)",
      summary:
        "Perplexity beside joules for a written token, \(origin.words); the labels are formats of weights.",
      content: .plane(plane), data: table(points))
  }

  static func table(_ points: [QualityPoint]) -> DataTable {
    let columns: [DataTable.Column] = [
      .words("model"), .words("weights"), .words("student of"), .numbers("size", "B"), .words("text"),
      .numbers("perplexity", "perplexity"), .numbers("±", "perplexity"), .numbers("KL", "nats"),
      .numbers("J/token", "J/tok"), .words("energy at"), .words("machine"),
    ]
    return DataTable("Quality of models, and what their tokens take.", columns, points.map(\.cells))
  }

  private var cells: [DataTable.Cell] {
    [
      .init(quality.model), .init(quality.weights), .init(quality.teacher ?? ""),
      .init(Format.si(quality.size), quality.size.value), .init("\(quality.text), \(quality.tokens) tokens"),
      .init(Format.significant(quality.perplexity, 4), quality.perplexity), .number(quality.perplexityError),
      .number(quality.divergence), .number(joules?.perToken.central.value),
      joules.map { .init($0.origin.words, nil, $0.origin.ink) } ?? .none, .init(machine),
    ]
  }
}
