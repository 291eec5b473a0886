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
    let idle = choice.meter.isComputed ? nil : try idlePower(choice.meter)
    for transformer in cases.model.transformers {
      for phase in [Phase.prefill, .decode] {
        if Interrupt.isRequested { throw Interrupted(results: []) }
        var energy: Reading<EnergyFigure>
        do {
          energy = try figure(phase, transformer, cases, measured[phase], choice)
        } catch let problem as EnergyError {
          energy = .missing(reason: "\(problem)")
        }
        if let idle { energy = energy.map { $0.after(idle) } }
        var record = EnergyRecord(
          model: cases.model.name, backend: transformer.kernels.name, phase: phase, energy: energy)
        record.countedWork = measured[phase].flatMap { JoulesPerTokenRange(counting: $0.work) }
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

  /// A meter that cannot be had is told before anything is measured.
  func checkMeter() throws {
    if settings.parts.contains(.model), settings.meter != .automatic { _ = try chooseMeter() }
  }

  /// Which sensors there are, for a reader who wants a better one.
  func recordMeters() {
    let meters = EnergyMeters.findings().map(MeterRecord.init)
    recorder.update { $0.meters = meters }
  }

  private func chooseMeter() throws -> MeterChoice {
    do {
      return try EnergyMeters.best(
        facts: facts, busyThreads: settings.threads, request: settings.meter, cpu: meterCPU)
    } catch {
      let name = settings.meter.flag?.0 ?? "energy"
      throw Failure("\(error)".hasPrefix(name) ? "\(error)" : "\(name): \(error)")
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
    let window = try window(phase, transformer, cases, choice.meter, time.median)
    return .measured(EnergyFigure(window, choice))
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
    let length = settings.quick ? Seconds(0.5) : meter.shortestWindow
    return try EnergyWindow.measure(meter, atLeast: length, tokens: tokens) {
      if Interrupt.isRequested { throw Interrupted(results: []) }
      try phase == .prefill ? cases.runPrefill(transformer) : cases.runDecode(transformer)
    }
  }

  /// A meter needs a window of its own for each backend and phase.
  private func isMetered(_ transformer: Transformer, _ cases: InferenceCases) -> Bool {
    let sets = cases.model.transformers.map(\.kernels)
    let metered = [sets.last { $0 is SIMDKernelSet }, sets.first { $0 is BLASKernelSet }].compactMap(\.?.name)
    return metered.contains(transformer.kernels.name)
  }

  /// Power with the model in memory and nothing at work: ten seconds, or two for a quick look.
  private func idlePower(_ meter: any EnergyMeter) throws -> IdlePower {
    progress.begin("idle power")
    let length = settings.quick ? Seconds(2) : max(Seconds(10), meter.shortestWindow)
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

/// Power of a machine without work.
private struct IdlePower {
  let power: Reading<Watts>
  let window: Seconds
}

extension EnergyFigure {
  fileprivate init(_ window: EnergyWindow, _ choice: MeterChoice) {
    let (meter, used) = (choice.meter, window.energy)
    self.init(
      origin: EnergyOrigin(meter), perToken: JoulesPerTokenRange(used, window.tokens), window: window.length,
      tokens: window.tokens, assumptions: choice.assumptions)
    memoryPerToken = used.memory.map { $0 / window.tokens }
    notes = choice.notes + used.notes
    guard !meter.isComputed else { return }
    metering = EnergyMetering(
      idleBefore: .missing(reason: "not measured"), idleWindow: .zero, shortestWindow: meter.shortestWindow,
      readings: used.readings, smallestDifference: window.smallestDifference)
  }

  fileprivate func after(_ idle: IdlePower) -> EnergyFigure {
    var figure = self
    (figure.metering?.idleBefore, figure.metering?.idleWindow) = (idle.power, idle.window)
    return figure
  }

  fileprivate func before(_ idle: IdlePower) -> EnergyFigure {
    var figure = self
    figure.metering?.idleAfter = idle.power
    return figure
  }
}

extension EnergyOrigin {
  fileprivate init(_ meter: any EnergyMeter) {
    self.init(source: meter.source, boundary: meter.boundary.rawValue, tier: meter.tier.rawValue)
  }
}

extension MeterRecord {
  fileprivate init(_ finding: MeterFinding) {
    switch finding.meter {
    case .success(let meter):
      self.init(name: finding.name, origin: .measured(EnergyOrigin(meter)), isAbsent: false)
    case .failure(let problem):
      self.init(
        name: finding.name, origin: .missing(reason: problem.description), isAbsent: problem.isAbsence)
    }
  }
}

extension JoulesPerTokenRange {
  fileprivate init(_ used: EnergyRange, _ tokens: Tokens) {
    self.init(low: used.low / tokens, central: used.central / tokens, high: used.high / tokens)
  }

  /// What a case's operations and bytes cost by published figures; nil where one of them is not counted.
  fileprivate init?(counting work: Work) {
    guard let flops = work.flops, let bytes = work.bytes, let tokens = work.tokens,
      let used = CountedWork.energy(flops, bytes)
    else { return nil }
    self.init(used, tokens)
  }
}
