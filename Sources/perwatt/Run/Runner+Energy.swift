import Energy
import InferenceCases
import Measurement
import Model
import Quantities
import Results

extension Runner {
  /// Energy per token of every backend that was timed, in both phases.
  func measureEnergy(_ cases: InferenceCases, _ measured: [Phase: CaseRecord]) throws {
    let choice: (meter: any EnergyMeter, notes: [String])
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
    _ choice: (meter: any EnergyMeter, notes: [String])
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
    let origin = EnergyOrigin(
      source: choice.meter.source, boundary: choice.meter.boundary.rawValue, tier: choice.meter.tier.rawValue)
    let perToken = JoulesPerTokenRange(
      low: window.energy.low / window.tokens, central: window.energy.central / window.tokens,
      high: window.energy.high / window.tokens)
    return .measured(
      EnergyFigure(
        origin: origin, perToken: perToken, window: window.length, tokens: window.tokens,
        assumptions: choice.notes))
  }

  /// Two seconds bring a counter's granularity under a thousandth.
  private var energyWindow: Seconds { Seconds(settings.quick ? 0.5 : 2) }
}
