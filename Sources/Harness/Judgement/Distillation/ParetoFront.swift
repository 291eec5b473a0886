import Quantities
import Results

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which models nobody beats: none is better at the same cost, or cheaper and as good.
public struct ParetoFront: Hashable, Sendable {
  /// What a token costs.
  public enum Cost: String, Hashable, Sendable {
    case joules = "J/token", flops = "FLOP/token", bytes = "bytes/token"
  }
  public struct Point: Hashable, Sendable {
    public var name: String
    public var cost: Double
    /// Nats per token; the mean over seeds.
    public var loss: Double
    public var isOnFront: Bool
  }

  public let cost: Cost
  /// From the cheapest to the dearest.
  public let points: [Point]

  init(_ cost: Cost, _ points: [(name: String, cost: Double, loss: Double)]) {
    self.cost = cost
    let sorted = points.sorted { ($0.cost, $0.loss) < ($1.cost, $1.loss) }
    var best = Double.infinity
    self.points = sorted.map { point in
      defer { best = min(best, point.loss) }
      return Point(name: point.name, cost: point.cost, loss: point.loss, isOnFront: point.loss < best)
    }
  }
}

extension DistillRecord {
  /// Distilled students of every size, and the teacher: by joules per decoded token where a meter told them for all, else
  /// by operations and by bytes. Assumed joules are none. Empty for fewer than two sizes.
  public var fronts: [ParetoFront] {
    let rows = settings.sizes.compactMap { size in
      let group = students(size, .distilled)
      return group.first.map { (size, $0, group.reduce(0) { $0 + $1.quality.loss } / Double(group.count)) }
    }
    guard rows.count > 1 else { return [] }
    let all = rows + (teacher.map { [("teacher", $0, $0.quality.loss)] } ?? [])
    let joules = all.compactMap { row in Self.meteredJoules(row.1).map { (row.0, $0.value, row.2) } }
    if joules.count == all.count { return [ParetoFront(.joules, joules)] }
    return [
      ParetoFront(.flops, all.map { ($0.0, $0.1.flopsPerToken.value, $0.2) }),
      ParetoFront(.bytes, all.map { ($0.0, $0.1.bytesPerToken.value, $0.2) }),
    ]
  }

  private static func meteredJoules(_ model: TrainedModelRecord) -> JoulesPerToken? {
    guard let figure = model.speed.value?.decodeEnergy.value, figure.origin.tier != "proxy" else {
      return nil
    }
    return figure.perToken.central
  }

  /// By how many nats ten times the training operations lower the loss: the slope of a straight line through all models
  /// that learned from labels, least squares over log₁₀ FLOP. Nil for fewer than two amounts.
  public var gainPerDecade: Double? {
    let points = models.compactMap { model -> (x: Double, y: Double)? in
      guard model.role != .distilled, let training = model.training.value, training.flops > .zero else {
        return nil
      }
      return (log10(training.flops.value), model.quality.loss)
    }
    guard Set(points.map(\.x)).count > 1 else { return nil }
    let count = Double(points.count)
    let (x, y) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
    let slope = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
    return -slope / points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
  }
}
