import Energy
import InferenceCases
import Kernels
import Measurement
import Model
import Quantities
import Results

extension Runner {
  /// Energy per token of every backend that was timed, in both phases, between two windows without work.
  func measureEnergy(_ cases: InferenceCases, _ measured: [Phase: CaseRecord]) throws {
    let choice = try chooseMeter()
    announce(choice.meter, cases)
    let idle = choice.meter.seesIdle ? try idlePower(choice.meter) : nil
    for transformer in cases.model.transformers {
      for phase in [Phase.prefill, .decode] {
        if Interrupt.isRequested { throw Interrupted(results: []) }
        var energy = try figure(phase, transformer, cases, measured[phase], choice)
        if let idle { energy = energy.map { $0.after(idle) } }
        var record = EnergyRecord(
          model: cases.model.name, backend: transformer.kernels.name, phase: phase, energy: energy)
        record.countedWork = recorder.record.phase(of: record)?.roofline.value.flatMap(CountedWorkRecord.init)
        recorder.update { $0.energy.append(record) }
      }
    }
    guard idle != nil else { return }
    let after = try idlePower(choice.meter)
    recorder.update { record in
      for index in record.energy.indices {
        record.energy[index].energy = record.energy[index].energy.map { $0.before(after) }
      }
    }
  }

  /// The windows still to come; a slow meter's are long enough to be announced.
  private func announce(_ meter: any EnergyMeter, _ cases: InferenceCases) {
    guard !meter.isComputed else { return }
    let windows = 2 * cases.model.transformers.count { isMetered($0, cases) }
    progress.expect(windows + (meter.seesIdle ? 2 : 0))
    let time = windowLength(meter) * Double(windows) + (meter.seesIdle ? idleLength(meter) * 2 : .zero)
    if time > Seconds(60) {
      Console.note("energy takes \(Format.fixed(time.value, 0)) s: \(meter.source) is read that seldom")
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
    guard choice.meter.isComputed || isMetered(transformer, cases) else {
      return .missing(
        reason: "only the fastest SIMD build and one BLAS library are metered, to keep the run short")
    }
    do {
      let window = try window(phase, transformer, cases, choice.meter, time.median)
      return .measured(EnergyFigure(window, choice))
    } catch let problem as EnergyError {
      return .missing(reason: "\(problem)")
    }
  }

  private func window(
    _ phase: Phase, _ transformer: Transformer, _ cases: InferenceCases, _ meter: any EnergyMeter,
    _ time: Seconds
  ) throws -> EnergyWindow {
    let tokens = phase == .prefill ? cases.lengths.prompt : 1
    guard !meter.isComputed else {
      return try EnergyWindow.computed(meter, length: time, tokens: tokens)
    }
    progress.begin("energy of \(phase.rawValue), \(transformer.kernels.name)")
    return try EnergyWindow.measure(meter, atLeast: windowLength(meter), tokens: tokens) {
      if Interrupt.isRequested { throw Interrupted(results: []) }
      try phase == .prefill ? cases.runPrefill(transformer) : cases.runDecode(transformer)
    }
  }

  /// A meter needs a window of its own for each backend and phase.
  private func isMetered(_ transformer: Transformer, _ cases: InferenceCases) -> Bool {
    let sets = cases.model.transformers.map(\.kernels)
    var metered = [sets.last { $0 is SIMDKernelSet }?.name]
    if !settings.quick { metered.append(sets.first { $0 is BLASKernelSet }?.name) }
    // A run of other backends alone meters the last of them.
    return (metered.contains { $0 != nil } ? metered : [sets.last?.name]).contains(transformer.kernels.name)
  }

  /// What the meter needs; a quick look waits for no slow one, whose windows are then marked as too short.
  private func windowLength(_ meter: any EnergyMeter) -> Seconds {
    settings.quick ? min(Seconds(2), meter.shortestWindow) : meter.shortestWindow
  }

  private func idleLength(_ meter: any EnergyMeter) -> Seconds {
    settings.quick ? Seconds(2) : max(Seconds(10), meter.shortestWindow)
  }

  /// Power with the model in memory and nothing at work.
  private func idlePower(_ meter: any EnergyMeter) throws -> IdlePower {
    progress.begin("idle power")
    let length = idleLength(meter)
    do {
      let window = try EnergyWindow.measure(meter, atLeast: length, tokens: 1) {
        if Interrupt.isRequested { throw Interrupted(results: []) }
        Clock.monotonic.sleep(Seconds(0.05))
      }
      return IdlePower(power: .measured(window.energy.central / window.length), window: window.length)
    } catch let problem as EnergyError {
      return IdlePower(power: .missing(reason: "\(problem)"), window: length)
    }
  }
}

extension EnergyMeter {
  /// Whether power without work tells something: not of what is assumed.
  fileprivate var seesIdle: Bool { !isComputed && tier != .proxy }
}
