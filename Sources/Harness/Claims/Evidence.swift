import Costs
import Hardware
import Quantities

/// What today's run measured on this machine: all that a claim may lean on, besides published figures.
/// What was not measured is `.missing` with its reason.
public struct Evidence: Codable, Sendable, Hashable {
  /// The machine's name, as printed.
  public var machine: String
  /// What the machine costs; the user states it.
  public var price: Reading<Dollars>
  public var threads: Reading<Int>
  /// FP32 arithmetic peaks.
  public var peakOneThread: Reading<FLOPsPerSecond>
  public var peakAllThreads: Reading<FLOPsPerSecond>
  /// Speed of reading memory that no cache holds.
  public var bandwidthOneThread: Reading<BytesPerSecond>
  public var bandwidthAllThreads: Reading<BytesPerSecond>
  /// Size of the cache that is farthest from the cores.
  public var lastLevelCache: Reading<Bytes>
  public var decode: Reading<DecodeEvidence>
  public var energy: Reading<EnergyEvidence>
  public var ladder: Reading<LadderEvidence>
  /// One kernel on ever more threads.
  public var scaling: Reading<ScalingEvidence>
  /// What a product gains by weights of fewer bits.
  public var lowPrecision: Reading<LowPrecisionEvidence>
  /// Energy of arithmetic, from a model reading a prompt.
  public var work: Reading<WorkEvidence>
  /// A student trained from a teacher.
  public var distillation: Reading<DistillationEvidence>
  /// A GPU beside this machine.
  public var gpu = Reading<GPUEvidence>.missing(reason: GPUEvidence.noRun)
  /// What is assumed to turn joules and seconds into money.
  public var costs = CostAssumptions()

  enum CodingKeys: String, CodingKey {
    case machine, threads, decode, energy, ladder, scaling, work, distillation, gpu, costs
    case lowPrecision = "low_precision"
    case price = "price_usd"
    case peakOneThread = "peak_one_thread_flops_per_s"
    case peakAllThreads = "peak_all_threads_flops_per_s"
    case bandwidthOneThread = "read_bandwidth_one_thread_bytes_per_s"
    case bandwidthAllThreads = "read_bandwidth_all_threads_bytes_per_s"
    case lastLevelCache = "last_level_cache_bytes"
  }

  /// Why figures of a student and its teacher are missing.
  public static let noDistillation = "not measured: no distillation run is stored"

  /// Evidence with nothing in it yet: every reading is missing for `reason`; the caller fills in the rest.
  public init(machine: String, missing reason: String) {
    self.machine = machine
    price = .missing(reason: reason)
    threads = .missing(reason: reason)
    peakOneThread = .missing(reason: reason)
    peakAllThreads = .missing(reason: reason)
    bandwidthOneThread = .missing(reason: reason)
    bandwidthAllThreads = .missing(reason: reason)
    lastLevelCache = .missing(reason: reason)
    decode = .missing(reason: reason)
    energy = .missing(reason: reason)
    ladder = .missing(reason: reason)
    scaling = .missing(reason: reason)
    lowPrecision = .missing(reason: reason)
    work = .missing(reason: reason)
    distillation = .missing(reason: Self.noDistillation)
  }
}

/// One model producing tokens, one request at a time (batch 1).
public struct DecodeEvidence: Codable, Sendable, Hashable {
  /// Name and weight format, as printed.
  public let model: String
  public let parameters: Parameters
  /// Weight bytes read for each token.
  public let weightBytes: Bytes
  public let speed: TokensPerSecond
  public let prefill: Reading<TokensPerSecond>

  public init(
    model: String, parameters: Parameters, weightBytes: Bytes, speed: TokensPerSecond,
    prefill: Reading<TokensPerSecond>
  ) {
    (self.model, self.parameters, self.weightBytes) = (model, parameters, weightBytes)
    (self.speed, self.prefill) = (speed, prefill)
  }

  enum CodingKeys: String, CodingKey {
    case model, parameters
    case weightBytes = "weight_bytes_per_token"
    case speed = "tokens_per_s"
    case prefill = "prefill_tokens_per_s"
  }
}

/// Energy of that decode. A proxy knows only that the truth lies between low and high.
public struct EnergyEvidence: Codable, Sendable, Hashable {
  public let lowPerToken: JoulesPerToken
  public let highPerToken: JoulesPerToken
  public let lowPower: Watts
  public let highPower: Watts
  /// What the figure covers: `socket`, `rails`, `board input`, `wall`.
  public let boundary: String
  /// How it was found: `measured`, `estimated` or `proxy`. A proxy is never compared.
  public let tier: String

  public init(
    perToken: ClosedRange<JoulesPerToken>, power: ClosedRange<Watts>, boundary: String, tier: String
  ) {
    (lowPerToken, highPerToken) = (perToken.lowerBound, perToken.upperBound)
    (lowPower, highPower) = (power.lowerBound, power.upperBound)
    (self.boundary, self.tier) = (boundary, tier)
  }

  enum CodingKeys: String, CodingKey {
    case boundary, tier
    case lowPerToken = "low_j_per_token"
    case highPerToken = "high_j_per_token"
    case lowPower = "low_w"
    case highPower = "high_w"
  }
}
