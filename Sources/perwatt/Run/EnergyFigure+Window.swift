import Energy
import Quantities
import Results

/// Power of a machine without work.
struct IdlePower {
  let power: Reading<Watts>
  let window: Seconds
}

extension EnergyFigure {
  /// What a window measured, without its idle power.
  init(_ window: EnergyWindow, _ choice: MeterChoice) {
    let (meter, used) = (choice.meter, window.energy)
    self.init(
      origin: EnergyOrigin(meter), perToken: JoulesPerTokenRange(used, window.tokens), window: window.length,
      tokens: window.tokens, assumptions: choice.assumptions)
    memoryPerToken = used.memory.map { $0 / window.tokens }
    notes = choice.notes + used.notes
    guard !meter.isComputed, meter.tier != .proxy else { return }
    metering = EnergyMetering(
      idleBefore: .missing(reason: "not measured"), idleWindow: .zero, shortestWindow: meter.shortestWindow,
      readings: used.readings, smallestDifference: window.smallestDifference)
  }

  func after(_ idle: IdlePower) -> EnergyFigure {
    var figure = self
    figure.metering?.idleBefore = idle.power
    figure.metering?.idleWindow = idle.window
    return figure
  }

  func before(_ idle: IdlePower) -> EnergyFigure {
    var figure = self
    figure.metering?.idleAfter = idle.power
    return figure
  }
}

extension EnergyOrigin {
  init(_ meter: any EnergyMeter) {
    self.init(source: meter.source, boundary: meter.boundary.rawValue, tier: meter.tier.rawValue)
  }
}

extension JoulesPerTokenRange {
  fileprivate init(_ used: EnergyRange, _ tokens: Tokens) {
    self.init(low: used.low / tokens, central: used.central / tokens, high: used.high / tokens)
  }
}

extension CountedWorkRecord {
  /// Nil for amounts that are none.
  init?(_ work: RooflineRecord) {
    guard let used = CountedWork.energy(work.flopsPerToken, work.bytesPerToken) else { return nil }
    self.init(
      origin: EnergyOrigin(
        source: CountedWork.source, boundary: CountedWork.boundary, tier: CountedWork.tier.rawValue),
      perToken: JoulesPerTokenRange(used, Tokens(1)), assumption: CountedWork.origin)
  }
}
