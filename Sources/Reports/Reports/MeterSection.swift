import Quantities
import Results

extension Page {
  /// The sensors of power that this machine has; what would grant those that cannot be used; and what it has not.
  mutating func meters(_ record: RunRecord) {
    guard let meters = record.meters else { return }
    paragraph("Energy meters")
    for meter in (0...2).flatMap({ rank in meters.filter { $0.rank == rank } }) {
      switch meter.origin {
      case .measured(let origin):
        paragraph("\(origin.source) · \(origin.boundary) · \(origin.tier)", label: meter.label, indent: 2)
      case .missing(let reason):
        paragraph(Inked(reason, meter.isAbsent ? .plain : .warning), label: meter.label, indent: 2)
      }
    }
    if !meters.contains(where: { $0.origin.value != nil }) {
      paragraph(
        "No sensor can be read: energy is a proxy, unless --watts, --meter-csv or --meter-command bring the figures of a "
          + "meter of your own.", indent: 2)
    }
    blank()
  }

  /// What stands behind each figure that was metered.
  mutating func windows(_ rows: [EnergyRecord]) {
    for row in rows {
      guard let figure = row.energy.value, let metering = figure.metering else { continue }
      paragraph(figure.told(metering), label: "\(row.backend.printable), \(row.phase.rawValue): ")
      for problem in figure.problems { paragraph(Inked("invalid: \(problem)", .warning), indent: 5) }
    }
  }

  /// What published picojoules say of the same work, one line for each amount of it.
  mutating func countedWork(_ rows: [EnergyRecord]) {
    let counted = rows.compactMap { row in row.countedWork.map { (row, $0) } }
    guard let first = counted.first?.1 else { return }
    blank()
    paragraph("\(first.origin.source) · \(first.origin.boundary) · \(first.origin.tier)")
    var told: [(work: CountedWorkRecord, subjects: [String])] = []
    for (row, work) in counted {
      let subject = "\(row.backend.printable), \(row.phase.rawValue)"
      if let index = told.firstIndex(where: { $0.work == work }) {
        told[index].subjects.append(subject)
      } else {
        told.append((work, [subject]))
      }
    }
    for (work, subjects) in told {
      let ends = [work.perToken.low, work.perToken.high].map { Format.significant($0.value) }
      paragraph("\(ends[0])–\(ends[1]) J/token: \(subjects.joined(separator: "; "))", indent: 5)
    }
    var assumptions: Set<String> = []
    for (work, _) in told where assumptions.insert(work.assumption).inserted {
      paragraph(work.assumption, label: "assumed: ", indent: 5)
    }
  }
}

extension MeterRecord {
  /// Those that can be read, those that cannot, those that are not there.
  fileprivate var rank: Int { origin.value != nil ? 0 : isAbsent ? 2 : 1 }

  fileprivate var label: String {
    let mark = ["+ ", "! ", "– "][rank]
    return mark + name.printable + String(repeating: " ", count: max(15 - name.count, 1))
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
      "gross \(Format.significant(perToken.central.value)) J/token",
      "net \(net ?? "missing (\(netPerToken.reason ?? ""))")",
      "idle \(watts(metering.idleBefore)) before, \(watts(metering.idleAfter)) after, "
        + "\(Format.significant(metering.idleWindow.value)) s each",
      "window \(Format.significant(window.value)) s" + (metering.readings.map { ", \($0) readings" } ?? ""),
      seen ?? "no A/A: \(metering.smallestDifference.reason ?? "")",
    ].joined(separator: "; ")
  }
}
