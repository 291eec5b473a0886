import Claims
import Costs
import Hardware
import Quantities

/// What has to be assumed before a fleet's records become power and money.
public struct FleetAssumptions: Codable, Hashable, Sendable {
  public var costs = CostAssumptions()
  /// What the other side's GPU costs.
  public var gpuPrice = Dollars(40_000)
  /// What a board costs where the user states no price.
  public var boardPrice = Dollars(50)
  /// A board that has nothing to do: a Raspberry Pi 5, at the wall.
  public var idle = FleetAssumptions.catalogueIdle.value
  /// A board's share of the switches. Assumed: no source.
  public var network = Watts(1)

  static let catalogueIdle = ReferenceFigures.piIdlePower

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case gpuPrice = "gpu_price_usd"
    case boardPrice = "board_price_usd"
    case idle = "idle_w"
    case network = "network_w"
    case costs
  }

  var price: Dollars { costs.price ?? boardPrice }

  /// Each with the option that changes it, one line each.
  var lines: [String] {
    let source = idle == Self.catalogueIdle.value ? ", a Raspberry Pi 5 \(Self.catalogueIdle.text)" : ""
    return [
      "the GPU costs \(Text.of(gpuPrice)) (--gpu-price)", "a board costs \(Text.of(price)) (--price)",
      "an idle board draws \(Text.of(idle))\(source) (--idle-watts)",
      "a board's share of the network draws \(Text.of(network)) (--network-watts)",
    ] + costs.lines.filter { !$0.contains("--price") }
  }
}

/// "A GPU for $40,000, or 800 boards for $50 each": what the fleet's own records make of it.
public struct FleetClaim: Codable, Hashable, Sendable {
  public var statement: String
  /// Lines of calculation with units and tags.
  public var arithmetic: [String]
  public var why: String
  public var assumptions: [String]
  /// Boards for the price of the GPU.
  public var boards: Double
  /// All boards together, over the GPU with one request and with 512 at once; in tok/s × parameters.
  public var overSingle: Double
  public var overBatch: Double

  private enum CodingKeys: String, CodingKey {
    case overSingle = "speed_over_gpu_batch_1"
    case overBatch = "speed_over_gpu_batch_512"
    case statement, arithmetic, why, assumptions, boards
  }

  private typealias R = ReferenceFigures
  private static let gpuModel = Parameters(8e9)

  /// Nil where no node decoded a model of a known size. Each board works on requests of its own: what several of them do
  /// for one request is not measured, and not assumed.
  init?(_ models: FleetModels, _ assumed: FleetAssumptions) {
    let decodes = models.groups.filter { $0.key.phase == .decode && $0.value.parameters != nil }
    // The largest model is nearest to the GPU's.
    guard
      let (key, group) = decodes.max(by: {
        ($0.value.parameters!, $0.key.model) < ($1.value.parameters!, $1.key.model)
      })
    else { return nil }
    let size = Parameters(group.parameters!)
    let each = TokensPerSecond(group.entries.reduce(0) { $0 + $1.speed.value } / Double(group.entries.count))
    let boards = (assumed.gpuPrice / assumed.price).rounded(.down)
    let work = each.value * size.value * boards
    (self.boards, overSingle) = (boards, work / (R.h100Single.value.value * Self.gpuModel.value))
    overBatch = work / (R.h100Batch512Speed.value.value * Self.gpuModel.value)
    let price = Text.of(assumed.price)
    statement = "A GPU for \(Text.of(assumed.gpuPrice)), or boards for \(price) each"
    let measured = Measured(
      model: key.model, size: size, each: each, nodes: group.entries.count,
      energy: FleetEnergy.of(group.entries))
    assumptions = assumed.lines
    arithmetic = []
    why = ""
    arithmetic = speed(measured, assumed) + power(measured, assumed)
    why = words(measured)
  }

  /// What the fleet measured of one model.
  private struct Measured {
    var model: String
    var size: Parameters
    var each: TokensPerSecond
    var nodes: Int
    var energy: Reading<FleetEnergy>
  }

  private func speed(_ measured: Measured, _ assumed: FleetAssumptions) -> [String] {
    let count = Text.plain(boards)
    return [
      "\(Text.of(assumed.gpuPrice)) ÷ \(Text.of(assumed.price)) = \(count) boards",
      "this fleet, \(measured.model), batch 1: \(Text.of(measured.each)) for each of \(measured.nodes) nodes; "
        + "\(count) such boards = \(Text.of(TokensPerSecond(measured.each.value * boards))), each with requests of its own",
      "H100, 8B: \(R.h100Single.text) at batch 1, \(R.h100Batch512Speed.text) at batch 512",
      "tok/s × parameters, all boards ÷ GPU: \(Text.times(overSingle)) at the GPU's batch 1, \(Text.times(overBatch)) at its "
        + "batch 512 (models and formats differ)",
    ]
  }

  private func power(_ measured: Measured, _ assumed: FleetAssumptions) -> [String] {
    guard let energy = measured.energy.value else {
      return ["energy of the boards: none here (\(measured.energy.reason ?? "unknown"))"]
    }
    let (speed, share) = (measured.each.value, assumed.costs.utilisation)
    let working = Watts(energy.perToken.central.value * speed)
    let board = Watts(working.value * share + assumed.idle.value * (1 - share) + assumed.network.value)
    let perToken = JoulesPerToken(board.value / (speed * share))
    let gpu = JoulesPerToken(R.h100Batch512.value.value / Self.gpuModel.value * measured.size.value)
    return [
      "a board: \(Text.of(energy.perToken.central)) × \(Text.of(measured.each)) = \(Text.of(working)) at work "
        + "(\(energy.boundary), \(energy.tier)); with \(Text.plain(share * 100)) % of the time at work, idle and network "
        + "\(Text.of(board)), \(Text.of(Watts(board.value * boards))) for all",
      "a token of this model: \(Text.of(perToken)) (\(energy.boundary), \(energy.tier), network included); an H100's "
        + "\(R.h100Batch512.text) scaled to its size by parameters: \(Text.of(gpu)) [D]; side by side, not divided",
      "electricity for a million tokens: \(Text.of(TokenCost.electricity(perToken, assumed.costs))); purchase: "
        + "\(Text.of(TokenCost.purchase(assumed.price, measured.each, assumed.costs)))",
    ]
  }

  private func words(_ measured: Measured) -> String {
    let model = "\(measured.model) (\(Text.of(measured.size)))"
    if overSingle < 1 {
      return
        "For one price the GPU does more work even with a single request at a time, measured on \(model)."
    }
    if overBatch >= 1 {
      return
        "For one price the boards do more work than the GPU, even where it serves 512 requests at once, measured on "
        + "\(model); each board serves requests of its own."
    }
    return
      "For one price the boards do more work than a GPU that serves one request at a time, and less than one that serves "
      + "512 at once, measured on \(model): which is cheaper depends on how many requests there are."
  }
}
