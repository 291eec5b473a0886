import Quantities
import Results

extension Page {
  /// The sensors of power that this machine has, those that cannot be used, and what would grant them.
  mutating func meters(_ meters: [MeterRecord]) {
    paragraph("Energy meters")
    for meter in meters where !meter.isAbsent {
      let label = "\(meter.name)  "
      switch meter.origin {
      case .measured(let origin):
        paragraph("\(origin.source) · \(origin.boundary) · \(origin.tier)", label: label, indent: 2)
      case .missing(let reason): paragraph(Inked(reason, .warning), label: "! \(label)", indent: 2)
      }
    }
    let absent = meters.filter(\.isAbsent).map(\.name)
    if !absent.isEmpty { paragraph("not on this machine: \(absent.joined(separator: ", "))", indent: 2) }
    guard !meters.contains(where: { $0.origin.value != nil }) else { return }
    paragraph(
      "No sensor can be read: energy is a proxy, unless --watts, --meter-csv or --meter-command bring the figures of a "
        + "meter of your own.", indent: 2)
  }

  /// What stands behind each figure of a sensor, and what the work would cost by published picojoules.
  mutating func windows(_ rows: [EnergyRecord]) {
    for row in rows {
      guard let figure = row.energy.value, let metering = figure.metering else { continue }
      let label = "\(row.backend.printable), \(row.phase.rawValue): "
      paragraph(figure.told(metering), label: label)
      for problem in figure.problems { paragraph(Inked("invalid: \(problem)", .warning), indent: 5) }
    }
    var told: Set<String> = []
    for row in rows {
      let subject = "\(row.model), \(row.phase.rawValue)"
      guard let work = row.countedWork, told.insert(subject).inserted else { continue }
      let (low, high) = (Format.significant(work.low.value), Format.significant(work.high.value))
      paragraph(
        "counted work, \(subject): \(low) to \(high) J/token by published pJ per operation and byte, a floor")
    }
  }
}

extension EnergyFigure {
  fileprivate func told(_ metering: EnergyMetering) -> String {
    func watts(_ reading: Reading<Watts>) -> String {
      reading.value.map { "\(Format.significant($0.value)) W" } ?? "missing (\(reading.reason ?? ""))"
    }
    let net = netPerToken.value.map { "\(Format.significant($0.value)) J/token" }
    let seen = metering.smallestDifference.value.map {
      "differences above \(Format.significant($0 * 100, 2)) % are visible"
    }
    return [
      "net \(net ?? "missing (\(netPerToken.reason ?? ""))")",
      "idle \(watts(metering.idleBefore)) before, \(watts(metering.idleAfter)) after, "
        + "\(Format.significant(metering.idleWindow.value)) s each",
      "window \(Format.significant(window.value)) s" + (metering.readings.map { ", \($0) readings" } ?? ""),
      seen ?? "no A/A: \(metering.smallestDifference.reason ?? "")",
    ].joined(separator: "; ")
  }
}
