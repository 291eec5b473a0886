import Costs
import Hardware
import Projection
import Quantities
import Results

/// Joules for a written token of one model on one machine, and where the figure is from.
struct EnergyLine {
  /// How good the figure is.
  enum Tier: Int, CaseIterable {
    case metered, estimated, proxy, projected, published, upper

    var name: String {
      switch self {
      case .metered: "metered here"
      case .estimated: "estimated here"
      case .proxy: "proxy: inferred, not metered"
      case .projected: "projected from published figures"
      case .published: "published speed and power under load"
      case .upper: "at most: speed at full power"
      }
    }
  }

  let machine: String
  /// With its format.
  let model: String
  let tier: Tier
  /// `socket`, `wall`, `GPU only`: figures of different ones are never divided by one another.
  let boundary: String
  let joules: Spread<JoulesPerToken>
  let speed: TokensPerSecond
  /// What the machine costs to buy; nil where nobody says so.
  let price: Dollars?
  /// Where it is from, in words.
  let basis: String
}

extension EnergyLine {
  /// A model that was measured here.
  init?(_ row: SpeedRow) {
    guard let energy = row.energy, let pace = row.decode else { return nil }
    let range = energy.perToken
    guard range.low <= range.central, range.central <= range.high else { return nil }
    (machine, model) = ("\(row.machine), \(row.backend)", row.fullModel)
    tier = energy.origin.tier == "measured" ? .metered : energy.origin.tier == "proxy" ? .proxy : .estimated
    boundary = energy.origin.boundary
    joules = Spread(low: range.low, central: range.central, high: range.high)
    (speed, price, basis) = (TokensPerSecond(pace.speed), nil, energy.origin.source)
  }

  /// The same model on a machine of the catalogue; where only its most power is known, what a token takes at most.
  fileprivate init?(_ projection: Projection) {
    guard let decode = projection.decode.value, projection.memory.answer != .never else { return nil }
    let (task, entry) = (projection.task, projection.machine)
    (machine, model) = (entry.name, "\(task.shape.name) \(task.type.name)")
    (speed, price) = (decode.central, entry.anyPrice)
    if let energy = projection.energy.value {
      (tier, boundary, joules) = (.projected, energy.boundary.title, energy.perToken)
      basis = energy.basis
    } else if let most = entry.power(.maximum), let boundary = most.boundary {
      (tier, self.boundary) = (.upper, boundary.title)
      joules = decode.inverted { most.high / $0 }
      basis = "\(most.text) at most"
    } else {
      return nil
    }
  }

  /// A published speed beside a published power.
  fileprivate init?(_ row: PublishedRow, on entry: HardwareEntry) {
    let busy = entry.power(.languageModel)
    guard let power = busy ?? entry.power(.maximum), let boundary = power.boundary, row.outlier == nil
    else { return nil }
    let format = row.type.map { " \($0.name)" } ?? ""
    (machine, model) = (entry.name, row.model + format + (row.typeIsAssumed ? "?" : ""))
    (tier, self.boundary) = (busy == nil ? .upper : .published, boundary.title)
    joules = Spread(
      low: power.low / row.decode, central: power.central / row.decode, high: power.high / row.decode)
    (speed, price) = (row.decode, entry.anyPrice)
    basis = "\(power.text) ÷ \(Text.of(row.decode)) [\(row.citation.tag.rawValue)], \(row.citation.source)"
  }

  /// The model of `row` on every machine of the catalogue that fits it and whose power is known.
  static func projected(_ row: SpeedRow, _ record: RunRecord) -> [EnergyLine] {
    guard let shape = ModelShape.named(row.model), let type = WeightType(row.weights) else { return [] }
    let (task, efficiency) = (ProjectedTask(shape, type), KernelEfficiency(record))
    return HardwareCatalogue.builtIn.entries.compactMap { entry in
      (try? Projection(task, on: entry, efficiency)).flatMap { EnergyLine($0) }
    }
  }

  /// What others published, of machines whose power is known.
  static var published: [EnergyLine] {
    let catalogue = HardwareCatalogue.builtIn
    return PublishedRow.all.compactMap { row in
      catalogue.entry(row.machine).flatMap { EnergyLine(row, on: $0) }
    }
  }

  /// By boundary, best first.
  static func sorted(_ lines: [EnergyLine]) -> [EnergyLine] {
    lines.enumerated().sorted { a, b in
      (a.element.boundary, a.element.joules.central.value, a.offset)
        < (b.element.boundary, b.element.joules.central.value, b.offset)
    }.map(\.element)
  }
}

extension SpeedRow {
  /// `smollm2-135m f32`.
  var fullModel: String { weights == NumberText.none ? model : "\(model) \(weights)" }
}

extension HardwareEntry {
  /// What someone pays for it.
  fileprivate var anyPrice: Dollars? {
    (price(.list) ?? price(.launch) ?? price(.tested) ?? price(.estimate))?.central
  }
}
