import Corpora
import Energy
import InferenceCases
import Kernels
import Measurement
import Model
import Quantities
import Results
import Statistics
import TrainingCases

/// Models in use: speed, energy, and guesses for their teacher.
extension DistillSession {
  /// Weights are measured as they were trained.
  private static let format = "f32"
  private static let guesses = 4

  private var sampler: Measurement.Sampler { Measurement.Sampler(isInterrupted: { Interrupt.isRequested }) }

  private var samplingPlan: SamplingPlan {
    SamplingPlan(
      minimumSample: Seconds(0.005), budget: Seconds(choice.quick ? 0.5 : 3), maxSamples: 24,
      warmUp: Seconds(0.02))
  }

  /// The teacher and the first distilled student of each size, in one rotation.
  func measureUse() throws {
    progress.begin("prefill and decode")
    let timed = store.record.models.filter { model in
      model.role == .teacher || model.role == .distilled && model.seed == plan.lengths.seed
    }
    let lengths = InferenceCases.Lengths(prompt: plan.window / 2, generated: plan.window / 2)
    let use = try UseCases(
      timed.map { (Slug.make($0.id), try model($0.id)) }, kernels: kernels, lengths: lengths)
    let prefill = try sampler.run(try use.prefill(), plan: samplingPlan)
    let decode = try sampler.run(try use.decode(), plan: samplingPlan)
    for (index, model) in timed.enumerated() {
      let speed = try speed((prefill[index], decode[index]), use.models[index].cases, prompt: lengths.prompt)
      let place = store.record.models.firstIndex { $0.id == model.id }!
      store.record.models[place].speed = speed
    }
    store.save()
  }

  private func speed(
    _ results: (prefill: AlternativeResult, decode: AlternativeResult), _ cases: InferenceCases, prompt: Int
  ) throws -> Reading<ModelSpeed> {
    guard let prefill = results.prefill.interval, let decode = results.decode.interval else {
      return .missing(reason: "its check failed or it could not be timed")
    }
    var speed = ModelSpeed(
      prefill: Figure(tokens: prompt, prefill), decode: Figure(tokens: 1, decode), format: Self.format)
    let transformer = cases.model.transformers[0]
    speed.prefillEnergy = energy(tokens: prompt, prefill.median) { try cases.runPrefill(transformer) }
    speed.decodeEnergy = energy(tokens: 1, decode.median) { try cases.runDecode(transformer) }
    return .measured(speed)
  }

  /// A counter needs a window of its own; a meter that multiplies time by power does not.
  private func energy(tokens: Int, _ time: Double, _ work: () throws -> Void) -> Reading<EnergyFigure> {
    do {
      let window =
        meter.meter.isComputed
        ? try EnergyWindow.computed(meter.meter, length: Seconds(time), tokens: tokens)
        : try EnergyWindow.measure(
          meter.meter, atLeast: meter.meter.shortestWindow, tokens: tokens, work: work)
      return .measured(EnergyFigure(window, meter))
    } catch {
      return .missing(reason: "\(error)")
    }
  }

  /// The first seed's students of the first size, with the teacher's help and without.
  func measureSpeculation() throws {
    progress.begin("speculative decoding")
    let students = [TrainedModelRecord.Role.distilled, .labels].compactMap { role in
      store.record.students(plan.sizes[0].name, role).first { $0.seed == plan.lengths.seed }
    }
    let length = plan.window, prompt = max(1, plan.window / 4)
    let drafts = try students.map {
      SpeculationCase.Draft(
        name: Slug.make($0.id), model: try transformer($0.id, context: length + prompt + 1))
    }
    let prompts = (0..<8).map { index in
      examination.batch.inputs[
        index % examination.batch.sequences * length..<(index % examination.batch.sequences + 1) * length
      ]
      .prefix(prompt).map { Int($0) }
    }
    store.record.speculation = []
    for temperature in [0, 1] as [Float] {
      let speculation = SpeculationCase(
        target: try transformer("teacher", context: length + prompt + 1), drafts: drafts,
        guesses: Self.guesses, length: length, prompts: prompts, temperature: temperature)
      try record(speculation, drafts, temperature: Double(temperature))
    }
    store.save()
  }

  private func record(
    _ speculation: SpeculationCase, _ drafts: [SpeculationCase.Draft], temperature: Double
  ) throws {
    let results = try sampler.run(try speculation.timed(), plan: samplingPlan)
    for (draft, result) in zip(drafts, results.dropFirst()) {
      var row = SpeculationRecord(draft: draft.name, guesses: Self.guesses, temperature: temperature)
      let statistics = try speculation.statistics(draft)
      if let share = statistics.acceptance { row.acceptance = .measured(share) }
      if let count = statistics.tokensPerPass { row.tokensPerPass = .measured(count) }
      if result.isTimed, let ratio = results[0].ratio(over: result) {
        row.speedUp = .measured(Figure(ratio))
      } else {
        row.speedUp = .missing(reason: "\(draft.name): \(result.problem)")
      }
      store.record.speculation.append(row)
    }
  }
}

extension AlternativeResult {
  /// Why it was not timed.
  fileprivate var problem: String {
    switch status {
    case .timed: "no round with the teacher alone"
    case .failedCheck(let reason), .failed(let reason), .skipped(let reason): reason
    }
  }
}

extension Figure {
  /// Tokens per second, from the time of so many.
  fileprivate init(tokens: Int, _ time: MedianInterval) {
    let count = Double(tokens)
    self.init(
      value: count / time.median, low: count / time.high, high: count / time.low, confidence: time.confidence)
  }
}
