import Costs
import Hardware
import Quantities

/// What a model would do on a machine of the catalogue.
///
/// The law: one token takes the time in which its bytes come from memory and the time of its arithmetic, one after the
/// other (no overlap, as in the execution-cache-memory model of Treibig and Hager, 2010). Rates are what others
/// measured on that machine; formats are as much faster than f32 as measured here, if the machine multiplies bytes, and
/// no faster if it does not. The result is as efficient as this program's passes are here, beside the same law.
public struct Projection: Hashable, Sendable {
  public let machine: HardwareEntry
  public let task: ProjectedTask
  public let rates: MachineRates
  public let decode: Reading<Spread<TokensPerSecond>>
  public let prefill: Reading<Spread<TokensPerSecond>>
  public let energy: Reading<ProjectedEnergy>
  public let memory: MemoryFit
  public let efficiency: KernelEfficiency

  /// - Throws: `NotProjectable` where the catalogue knows too little of the machine.
  public init(_ task: ProjectedTask, on machine: HardwareEntry, _ efficiency: KernelEfficiency)
    throws(NotProjectable)
  {
    let rates = try MachineRates(machine)
    (self.task, self.machine, self.rates, self.efficiency) = (task, machine, rates, efficiency)
    let law = Law(task: task, rates: rates, speeds: FormatSpeeds(machine, efficiency.formats))
    decode = law.decode.map { Self.spread($0, efficiency.decode) }
    prefill =
      machine.kind == .gpu
      ? .missing(reason: Self.bound(law.prefill)) : law.prefill.map { Self.spread($0, efficiency.prefill) }
    energy = ProjectedEnergy.of(machine, decode)
    memory = MemoryFit(task, machine)
  }

  /// Passes on cores say nothing of a GPU's matrix units; the published ones reached a twelfth to a fifth of them.
  private static func bound(_ time: Reading<Spread<Seconds>>) -> String {
    let most =
      time.value.map { "; its data sheet allows \(Text.of(TokensPerSecond(1 / $0.low.value)))" } ?? ""
    return "no run here says what share of its matrix units a GPU reaches\(most)"
  }

  /// Seconds of the law into tokens per second, as efficient as here.
  private static func spread(_ time: Spread<Seconds>, _ efficiency: Reading<KernelEfficiency.Range>)
    -> Spread<TokensPerSecond>
  {
    let range = efficiency.value ?? KernelEfficiency.Range(1, 1)
    return Spread(
      low: TokensPerSecond(min(range.low, 1) / time.high.value),
      central: TokensPerSecond(range.central / time.central.value),
      high: TokensPerSecond(max(range.high, range.central) / time.low.value))
  }
}

/// A model, its format and the lengths.
public struct ProjectedTask: Hashable, Sendable {
  public let shape: ModelShape
  public let type: WeightType
  /// Tokens that are in the cache when a token is produced.
  public let context: Int
  /// Tokens of the prompt, read at once.
  public let prompt: Int

  public init(_ shape: ModelShape, _ type: WeightType, context: Int = 128, prompt: Int = 512) {
    (self.shape, self.type, self.context, self.prompt) = (shape, type, context, prompt)
  }

  /// Weights and cache that one token reads.
  public var decodeBytes: Bytes { weightBytes + shape.cacheBytes(tokens: context) }
  var weightBytes: Bytes {
    Bytes(shape.multipliedWeights(type).reduce(0) { $0 + $1.value * $1.key.bits / 8 })
  }
  /// Two operations for each weight, and attention.
  public var decodeFLOPs: FLOPs {
    FLOPs(2 * shape.multipliedWeights(type).values.reduce(0, +)) + shape.attentionFLOPs(tokens: context)
  }
}

/// How much faster than f32 a product with each format is on a machine.
struct FormatSpeeds {
  private let measured: [String: Double]
  private let mayHave: Bool, has: Bool

  init(_ machine: HardwareEntry, _ measured: [String: Double]) {
    // A GPU's rate is that of its matrix units already.
    let isGPU = machine.kind == .gpu
    self.measured = isGPU ? [:] : measured
    mayHave = machine.byteDotProduct?.present ?? true
    has = machine.byteDotProduct?.present ?? false
  }

  /// Slowest, likeliest, fastest. What quantised products gain here they gain by multiplying bytes; half precision is
  /// as fast as f32 where it was not measured.
  func factor(_ format: WeightFormat) -> (low: Double, central: Double, high: Double) {
    let gain = max(measured[format.rawValue] ?? measured[format.kin.rawValue] ?? 1, 1)
    if has { return (gain, gain, gain) }
    return mayHave ? (1, gain.squareRoot(), gain) : (1, 1, 1)
  }
}

extension WeightFormat {
  /// The format whose speed stands in where a run did not measure one.
  fileprivate var kin: WeightFormat {
    switch self {
    case .q5_0, .q5_1, .q5_k: .q6_k
    case .q3_k: .q4_k
    default: self
    }
  }
}

/// The times of `Projection`'s law.
struct Law {
  let task: ProjectedTask
  let rates: MachineRates
  let speeds: FormatSpeeds

  /// Of one produced token.
  var decode: Reading<Spread<Seconds>> {
    time(bytes: task.decodeBytes, attention: task.shape.attentionFLOPs(tokens: task.context))
  }

  /// Of one token of the prompt: the weights are read once for all of them.
  var prefill: Reading<Spread<Seconds>> {
    let middle = task.shape.attentionFLOPs(tokens: task.prompt / 2)
    return time(bytes: task.weightBytes / Double(task.prompt), attention: middle)
  }

  private func time(bytes: Bytes, attention: FLOPs) -> Reading<Spread<Seconds>> {
    rates.arithmetic.map { rate in
      let weights = task.shape.multipliedWeights(task.type)
      func work(_ pick: ((low: Double, central: Double, high: Double)) -> Double) -> FLOPs {
        weights.reduce(attention) { $0 + FLOPs(2 * $1.value / pick(speeds.factor($1.key))) }
      }
      return Spread(
        low: bytes / rates.stream.high + work { $0.high } / rate.high,
        central: bytes / rates.stream.central + work { $0.central } / rate.central,
        high: bytes / rates.stream.low + work { $0.low } / rate.low)
    }
  }
}
