import Energy
import InferenceCases
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
    let tokens = phase == .prefill ? cases.lengths.prompt : 1
    let window =
      if choice.meter.tier == .measured {
        try EnergyWindow.measure(choice.meter, atLeast: energyWindow, tokens: tokens) {
          try phase == .prefill ? cases.runPrefill(transformer) : cases.runDecode(transformer)
        }
      } else {
        try EnergyWindow.computed(choice.meter, length: time.median, tokens: tokens)
      }
    return .measured(EnergyFigure(window, choice))
  }

  /// Two seconds bring a counter's granularity under a thousandth.
  private var energyWindow: Seconds { Seconds(settings.quick ? 0.5 : 2) }
}

extension EnergyFigure {
  fileprivate init(_ window: EnergyWindow, _ choice: MeterChoice) {
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
