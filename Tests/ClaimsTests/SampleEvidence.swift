import Claims
import Hardware
import Quantities

extension Evidence {
  /// A made-up two-thread machine, complete.
  static var sample: Evidence {
    var evidence = Evidence(machine: "test box", missing: "not in the sample")
    evidence.price = .measured(Dollars(1500))
    evidence.threads = .measured(2)
    evidence.peakOneThread = .measured(FLOPsPerSecond(118e9))
    evidence.peakAllThreads = .measured(FLOPsPerSecond(230e9))
    evidence.bandwidthOneThread = .measured(BytesPerSecond(18e9))
    evidence.bandwidthAllThreads = .measured(BytesPerSecond(33e9))
    evidence.lastLevelCache = .measured(Bytes(32e6))
    evidence.decode = .measured(.sample())
    evidence.energy = .measured(.sample())
    evidence.ladder = .measured(.sample())
    evidence.scaling = .measured(.sample)
    evidence.lowPrecision = .measured(LowPrecisionEvidence(format: "q4_0", gain: 2.4))
    evidence.work = .measured(.sample())
    evidence.distillation = .measured(.sample)
    return evidence
  }
  /// The same in the format of the published figures for one request.
  static let fourBits = sample.with {
    $0.decode = .measured(.sample(bytes: 1.1e9 * 4.85 / 8, model: "tinyllama-1.1b, q4_k_m"))
  }
  static let none = Evidence(machine: "test box", missing: "nobody measured it")

  func finding(_ id: String) -> Finding { ClaimsLedger.judge(self).first { $0.claimID == id }! }
  func with(_ change: (inout Evidence) -> Void) -> Evidence {
    var copy = self
    change(&copy)
    return copy
  }
}

extension DecodeEvidence {
  static func sample(speed: Double = 4.65, bytes: Double = 4.4e9, model: String = "tinyllama-1.1b, f32")
    -> Self
  {
    DecodeEvidence(
      model: model, parameters: Parameters(1.1e9), weightBytes: Bytes(bytes),
      speed: TokensPerSecond(speed), prefill: .measured(TokensPerSecond(90)))
  }
}

extension EnergyEvidence {
  static func sample(
    _ low: Double = 8.4, _ high: Double = 12, boundary: String = "socket", tier: String = "proxy"
  ) -> Self {
    EnergyEvidence(
      perToken: JoulesPerToken(low)...JoulesPerToken(high), power: Watts(low * 4.65)...Watts(high * 4.65),
      boundary: boundary, tier: tier)
  }
}

extension LadderEvidence {
  static func sample(naive: Double = 2, one: Double = 0.04, all: Double = 0.0208) -> Self {
    LadderEvidence(
      naive: Seconds(naive), bestOneThread: Seconds(one), bestAllThreads: Seconds(all), work: FLOPs(4e9))
  }
}

extension ScalingEvidence {
  /// The naive program scales perfectly, the tuned one does not, and is faster all the same.
  static let sample = ScalingEvidence(points: [
    Point(threads: 1, naive: Seconds(2), best: Seconds(0.04)),
    Point(threads: 2, naive: Seconds(1), best: Seconds(0.025)),
  ])
}

extension WorkEvidence {
  static func sample(_ low: Double = 1e-10, _ high: Double = 2e-10) -> Self {
    WorkEvidence(perFLOP: JoulesPerFLOP(low)...JoulesPerFLOP(high), boundary: "socket", tier: "proxy")
  }
}

extension DistillationEvidence {
  static let sample = DistillationEvidence(
    accuracyShare: 0.93, fewerFLOPs: 4, losses: (labels: 1.9, teacher: 1.8), gainPerDecade: 0.3)
}
