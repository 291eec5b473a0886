import InferenceCases
import Kernels
import Measurement
import Model
import Quantities
import Results

extension Runner {
  /// Opens the models before anything is measured, so that a damaged file costs no time; none if no part needs one.
  func openModels() throws -> [OpenedModel] {
    guard !settings.parts.isDisjoint(with: [.model, .claims]) else { return [] }
    switch settings.model {
    case .files(let paths): return try OpenedModel.open(paths)
    case .preset(let name): return [try OpenedModel(preset: name, seed: settings.seed)]
    case .automatic: return [try OpenedModel(preset: automaticPreset, seed: settings.seed)]
    }
  }

  /// The largest preset for which the scalar backend leaves time and the memory holds a copy for each layout.
  private var automaticPreset: String {
    let roomy = (facts.memoryAvailable.value?.value ?? 0) > 6e9
    return settings.quick || !roomy ? "stories-15m" : "smollm2-135m"
  }

  /// A loaded model with its two measured phases.
  struct MeasuredPhases {
    var source: ModelRecord.Source
    var cases: InferenceCases
    var prefill: CaseRecord
    var decode: CaseRecord
  }

  func measurePhases(_ opened: OpenedModel, _ sets: [any KernelSet]) throws -> MeasuredPhases {
    progress.begin("loading \(opened.name)")
    let lengths = lengths(context: opened.provider.config.context)
    try refuseTooLarge(opened, sets, context: lengths.context)
    let model = try BenchModel(
      name: opened.name, provider: opened.provider, sets: sets, context: lengths.context)
    let cases = InferenceCases(model: model, lengths: lengths, seed: settings.seed)
    let prefill = try measure(try cases.prefill(), group: "model")
    let decoding = try cases.decode()
    let decode = try measure(decoding, group: "model")
    try measureControl(of: decoding, decode)
    return MeasuredPhases(source: opened.source, cases: cases, prefill: prefill, decode: decode)
  }

  /// Before the system ends the process for want of memory.
  func refuseTooLarge(_ opened: OpenedModel, _ sets: [any KernelSet], context: Int) throws {
    let needed = try BenchModel.bytesNeeded(opened.provider, sets: sets, context: context)
    guard let available = facts.memoryAvailable.value, needed > available else { return }
    let (want, have) = (Format.binary(needed), Format.binary(available))
    throw Failure(
      "\(opened.name) needs \(want) for these backends, \(have) are available: name fewer with --backend")
  }

  /// Rooflines and energy, when the peaks have been measured for the second time.
  func recordModel(_ measured: MeasuredPhases) throws {
    let model = measured.cases.model
    let peaks = MeasuredPeaks(recorder.record, threads: settings.threads)
    let backends = model.transformers.map { transformer in
      let phases = [(Phase.prefill, measured.prefill), (.decode, measured.decode)].map {
        phase($0.0, $0.1, measured.cases, transformer, peaks)
      }
      return BackendRecord(backend: transformer.kernels.name, phases: phases)
    }
    let record = ModelRecord(
      name: model.name, source: measured.source, config: model.config.summary,
      weights: Bytes(model.transformers[0].weights.bytesPerToken), backends: backends)
    recorder.update { $0.models.append(record) }
    try measureEnergy(measured.cases, [.prefill: measured.prefill, .decode: measured.decode])
  }

  private func lengths(context: Int) -> InferenceCases.Lengths {
    let wanted = settings.quick ? (prompt: 32, generated: 16) : (prompt: 64, generated: 32)
    guard wanted.prompt + wanted.generated > context else {
      return InferenceCases.Lengths(prompt: wanted.prompt, generated: wanted.generated)
    }
    return InferenceCases.Lengths(prompt: max(context / 2, 1), generated: max(context / 4, 1))
  }

  private func phase(
    _ phase: Phase, _ measured: CaseRecord, _ cases: InferenceCases, _ transformer: Transformer,
    _ peaks: MeasuredPeaks
  ) -> PhaseRecord {
    let tokens = measured.work.tokens?.value ?? 1
    let flops = FLOPs((measured.work.flops?.value ?? 0) / tokens)
    // A prompt reads the weights once for all of its tokens.
    let bytes = cases.bytesPerToken(transformer) / (phase == .prefill ? tokens : 1)
    let roofline = peaks.both.map { peak in
      let limit = Roofline(
        peak: peak.flops, bandwidth: peak.bandwidth, flopsPerToken: flops, bytesPerToken: bytes)
      return RooflineRecord(
        flopsPerToken: flops, bytesPerToken: bytes, ceiling: limit.ceiling,
        boundBy: limit.bound == .compute ? .compute : .memory,
        share: measured.speed(of: transformer.kernels.name).map { $0 / limit.ceiling })
    }
    var record = PhaseRecord(phase: phase, caseID: measured.id, roofline: roofline)
    let alternative = measured.alternatives.first { $0.label == transformer.kernels.name }
    if phase == .decode, let time = alternative?.time {
      record.allocationsPerToken = HeapRequests.perToken(cases, transformer, tokenTime: time.median)
    }
    return record
  }
}

/// The measured peaks for one thread count.
struct MeasuredPeaks {
  struct Both: Codable, Hashable, Sendable {
    var flops: FLOPsPerSecond
    var bandwidth: BytesPerSecond
  }

  let flops: Reading<FLOPsPerSecond>
  let bandwidth: Reading<BytesPerSecond>

  init(_ record: RunRecord, threads: Int) {
    func figure(_ name: String) -> Reading<Figure> {
      record.peaks.first { $0.name == name && $0.threads == threads }?.figure
        ?? .missing(reason: "no peak measured with \(threads) threads")
    }
    flops = figure("fma").map { FLOPsPerSecond($0.value) }
    bandwidth = figure("read").map { BytesPerSecond($0.value) }
  }

  var both: Reading<Both> { flops.combined(with: bandwidth) { Both(flops: $0, bandwidth: $1) } }
}

extension CaseRecord {
  /// Tokens per second of one backend, from its median time.
  func speed(of backend: String) -> Reading<TokensPerSecond> {
    guard let found = alternatives.first(where: { $0.label == backend }) else {
      return .missing(reason: "\(backend) was not measured")
    }
    guard let time = found.time, let tokens = work.tokens else {
      return .missing(reason: found.reason ?? "not timed")
    }
    return .measured(tokens / time.median)
  }
}

extension ModelConfig {
  /// The shape, for records.
  var summary: [String: String] {
    [
      "architecture": architecture, "width": "\(width)", "layers": "\(layers)", "heads": "\(heads)",
      "kv_heads": "\(kvHeads)", "head_dim": "\(headDim)", "ffn": "\(ffn)", "vocabulary": "\(vocabulary)",
      "tied_head": "\(tiedHead)", "parameters": "\(parameters)", "weights": "f32",
    ]
  }
}
