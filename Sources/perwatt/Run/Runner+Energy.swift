import Energy
import InferenceCases
import Kernels
import Measurement
import Model
import Quantities
import Results

extension Runner {
  /// Energy per token of every backend that was timed, in both phases.
  func measureEnergy(_ cases: InferenceCases, _ measured: [Phase: CaseRecord]) throws {
    let choice: MeterChoice
    do {
      choice = try EnergyMeters.best(facts: facts, busyThreads: settings.threads, userWatts: settings.watts)
    } catch {
      throw Failure("--watts: \(error)")
    }
    for transformer in cases.model.transformers {
      for phase in [Phase.prefill, .decode] {
        if Interrupt.isRequested { throw Interrupted(results: []) }
        let energy: Reading<EnergyFigure>
        do {
          energy = try figure(phase, transformer, cases, measured[phase], choice)
        } catch {
          energy = .missing(reason: "\(error)")
        }
        let record = EnergyRecord(
          model: cases.model.name, backend: transformer.kernels.name, phase: phase, energy: energy)
        recorder.update { $0.energy.append(record) }
      }
    }
  }

  private func figure(
    _ phase: Phase, _ transformer: Transformer, _ cases: InferenceCases, _ measured: CaseRecord?,
    _ choice: MeterChoice
  ) throws -> Reading<EnergyFigure> {
    let alternative = measured?.alternatives.first { $0.label == transformer.kernels.name }
    guard let time = alternative?.time else {
      return .missing(reason: alternative?.reason ?? "the phase was not timed")
    }
    guard choice.meter.tier != .measured || isMetered(transformer, cases) else {
      return .missing(
        reason: "only the fastest SIMD build and one BLAS library are metered, to keep the run short")
    }
    let window = try window(phase, transformer, cases, choice.meter, time.median)
    return .measured(EnergyFigure(window, choice))
  }

  private func window(
    _ phase: Phase, _ transformer: Transformer, _ cases: InferenceCases, _ meter: any EnergyMeter,
    _ time: Seconds
  ) throws -> EnergyWindow {
    let tokens = phase == .prefill ? cases.lengths.prompt : 1
    guard meter.tier == .measured else {
      return try EnergyWindow.computed(meter, length: time, tokens: tokens)
    }
    return try EnergyWindow.measure(meter, atLeast: energyWindow, tokens: tokens) {
      try phase == .prefill ? cases.runPrefill(transformer) : cases.runDecode(transformer)
    }
  }

  /// A meter needs a window of its own for each backend and phase.
  private func isMetered(_ transformer: Transformer, _ cases: InferenceCases) -> Bool {
    let sets = cases.model.transformers.map(\.kernels)
    let metered = [sets.last { $0 is SIMDKernelSet }, sets.first { $0 is BLASKernelSet }].compactMap(\.?.name)
    return metered.contains(transformer.kernels.name)
  }

  /// Two seconds bring a counter's granularity under a thousandth.
  private var energyWindow: Seconds { Seconds(settings.quick ? 0.5 : 2) }
}

extension EnergyFigure {
  init(_ window: EnergyWindow, _ choice: MeterChoice) {
    let (meter, used) = (choice.meter, window.energy)
    self.init(
      origin: EnergyOrigin(
        source: meter.source, boundary: meter.boundary.rawValue, tier: meter.tier.rawValue),
      perToken: JoulesPerTokenRange(
        low: used.low / window.tokens, central: used.central / window.tokens, high: used.high / window.tokens),
      window: window.length, tokens: window.tokens, assumptions: choice.assumptions)
    memoryPerToken = used.memory.map { $0 / window.tokens }
    notes = choice.notes
  }
}
