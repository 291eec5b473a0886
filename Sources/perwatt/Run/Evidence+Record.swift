import Claims
import Costs
import Hardware
import Quantities
import Results

extension Evidence {
  /// What a finished run says about the claims. The model's figures are those of the backend
  /// that decoded fastest.
  init(_ record: RunRecord) {
    self.init(machine: record.machine.key, missing: "not measured in this run")
    let count = record.protocolUsed.threads
    threads = .measured(count)
    let one = MeasuredPeaks(record, threads: 1), all = MeasuredPeaks(record, threads: count)
    (peakOneThread, peakAllThreads) = (one.flops, all.flops)
    (bandwidthOneThread, bandwidthAllThreads) = (one.bandwidth, all.bandwidth)
    lastLevelCache =
      record.machine.lastLevelCache.map { .measured($0) }
      ?? .missing(reason: "the size of the last-level cache is not known")
    ladder = Self.ladder(record)
    scaling = Self.scaling(record)
    lowPrecision = Self.lowPrecision(record)
    guard let model = record.models.first, let backend = Self.bestBackend(record, model) else { return }
    decode = Self.decode(record, model, backend)
    energy = Self.energy(record, backend, decode)
    work = Self.work(record, model, backend)
  }

  /// Without a run: published figures alone.
  init(missing reason: String) { self.init(machine: "no machine", missing: reason) }

  /// Price and other assumptions, which the user states.
  mutating func assume(_ costs: CostAssumptions) {
    self.costs = costs
    price = costs.price.map { .measured($0) } ?? .missing(reason: "no price given; state it with --price")
  }

  private static func bestBackend(_ record: RunRecord, _ model: ModelRecord) -> String? {
    let measured = record.cases.filter { $0.group == "model" && $0.id.hasPrefix("decode.") }
    let speeds = model.backends.compactMap { backend in
      measured.first?.speed(of: backend.backend).value.map { (backend.backend, $0) }
    }
    return speeds.max { $0.1 < $1.1 }?.0
  }

  private static func decode(_ record: RunRecord, _ model: ModelRecord, _ backend: String)
    -> Reading<DecodeEvidence>
  {
    func speed(_ phase: String) -> Reading<TokensPerSecond> {
      record.cases.first { $0.group == "model" && $0.id.hasPrefix(phase) }?.speed(of: backend)
        ?? .missing(reason: "not measured in this run")
    }
    let parameters = Parameters(Double(model.config["parameters"] ?? "") ?? .nan)
    let bytes = weightBytes(model, backend)
    let bits = bytes.value * 8 / parameters.value
    let format = bits > 28 ? "f32" : "\(Format.significant(bits, 2)) bits a weight"
    return speed("decode.").map {
      DecodeEvidence(
        model: "\(model.name), \(format)", parameters: parameters, weightBytes: bytes, speed: $0,
        prefill: speed("prefill."))
    }
  }

  /// `weights` are those of the run's first backend, which may hold them as f32; a roofline has its own backend's, with
  /// the cache.
  private static func weightBytes(_ model: ModelRecord, _ backend: String) -> Bytes {
    let phases = model.backends.first { $0.backend == backend }?.phases
    let roofline = phases?.first { $0.phase == .decode }?.roofline.value
    return roofline.map { min($0.bytesPerToken, model.weights) } ?? model.weights
  }

  private static func energy(_ record: RunRecord, _ backend: String, _ decode: Reading<DecodeEvidence>)
    -> Reading<EnergyEvidence>
  {
    let found = record.energy.first { $0.backend == backend && $0.phase == .decode }?.comparable
    let figure = found ?? .missing(reason: "no energy in this run")
    return figure.combined(with: decode) { energy, decode in
      let (low, high) = (energy.perToken.low, energy.perToken.high)
      func power(_ perToken: JoulesPerToken) -> Watts { Watts(perToken.value * decode.speed.value) }
      return EnergyEvidence(
        perToken: low...high, power: power(low)...power(high), boundary: energy.origin.boundary,
        tier: energy.origin.tier)
    }
  }
}

extension ClaimRecord {
  /// A finding as it is stored, with the sources of its figures.
  init(_ finding: Finding) {
    let references = finding.references.map { ClaimReference(figure: $0.figure, source: $0.source) }
    var record = ClaimFinding(
      verdict: finding.verdict.rawValue, arithmetic: finding.arithmetic, why: finding.why,
      references: references)
    record.basis = ClaimBasis(
      measured: finding.measured, formula: finding.formula,
      today: finding.today.map {
        ClaimValue((low: $0.low, central: $0.central, high: $0.high), unit: $0.unit, text: $0.text)
      }, published: finding.published)
    self.init(id: finding.claimID, statement: finding.statement, source: finding.source, finding: record)
  }
}
