import Costs
import Hardware
import Quantities

/// Joules per produced token from a published power; never measured, and good for no comparison but at its boundary.
public struct ProjectedEnergy: Codable, Hashable, Sendable {
  public let perToken: Spread<JoulesPerToken>
  public let boundary: PowerBoundary
  /// Which power was used.
  public let basis: String

  private enum CodingKeys: String, CodingKey {
    case boundary, basis
    case perToken = "j_per_token"
  }

  static func of(_ machine: HardwareEntry, _ decode: Reading<Spread<TokensPerSecond>>)
    -> Reading<ProjectedEnergy>
  {
    guard let speed = decode.value else { return .missing(reason: decode.reason ?? "no speed") }
    if let busy = machine.power(.languageModel), let boundary = busy.boundary {
      return .measured(
        of(busy.low...busy.high, speed, boundary, "\(busy.text) under a language model"))
    }
    guard let idle = machine.power(.idle), let boundary = idle.boundary,
      let most = machine.power(.linpack) ?? machine.power(.maximum), most.boundary == boundary
    else { return .missing(reason: "no power under load of \(machine.name) is known") }
    let words = "between idle \(idle.text) and \(most.what.title) \(most.text)"
    return .measured(of(idle.low...most.high, speed, boundary, words))
  }

  private static func of(
    _ power: ClosedRange<Watts>, _ speed: Spread<TokensPerSecond>, _ boundary: PowerBoundary, _ basis: String
  ) -> Self {
    let middle = Watts((power.lowerBound.value * power.upperBound.value).squareRoot())
    return Self(
      perToken: Spread(
        low: power.lowerBound / speed.high, central: middle / speed.central,
        high: power.upperBound / speed.low),
      boundary: boundary, basis: basis)
  }
}

/// Whether weights and cache fit into a machine.
public struct MemoryFit: Hashable, Sendable {
  public let weights: Bytes
  public let cache: Bytes
  /// The sizes that are sold; nil where unknown.
  public let installed: ClosedRange<Bytes>?

  /// The system and the program's buffers take some, too.
  public static let reserve = Bytes(0.5e9)

  init(_ task: ProjectedTask, _ machine: HardwareEntry) {
    weights = task.shape.fileBytes(task.type)
    cache = task.shape.cacheBytes(tokens: task.context + task.prompt)
    let sizes = machine.memory
    installed = sizes.map(\.low).min().flatMap { low in sizes.map(\.high).max().map { low...$0 } }
  }

  public var needed: Bytes { weights + cache + Self.reserve }

  public enum Answer: String, Sendable {
    case always, never, unknown
    case largerOnly = "larger_only"
  }

  public var answer: Answer {
    guard let installed else { return .unknown }
    if needed <= installed.lowerBound { return .always }
    return needed <= installed.upperBound ? .largerOnly : .never
  }
}
