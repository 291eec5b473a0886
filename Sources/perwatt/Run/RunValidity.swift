import Measurement
import Quantities
import Results

/// Whether a finished run's figures may be compared.
enum RunValidity {
  /// Invalid, with all reasons, for what no figure of the run survives.
  static func judge(_ record: RunRecord) -> Validity {
    var reasons: [String] = []
    if record.origin.buildConfiguration != "release" {
      reasons.append("debug build: everything but the kernels is slow; build with -c release")
    }
    let (threads, cores) = (record.protocolUsed.threads, record.machine.usableCores)
    if threads > cores { reasons.append("\(threads) threads took turns on \(cores) usable cores") }
    if record.machine.onBattery.value == true { reasons.append("on battery: clocks are held down") }
    reasons += record.conditions?.findings ?? []
    let others = Set((record.benches ?? []).compactMap(\.peer?.label))
    let failed = record.cases.flatMap { measured in
      // Another program's failure says nothing about our own figures.
      measured.alternatives.filter {
        ($0.status == .failed || $0.status == .failedCheck) && !others.contains($0.label)
      }.map {
        ($0.label, measured.id)
      }
    }
    if let (label, id) = failed.first {
      let more = failed.count > 1 ? " and \(failed.count - 1) more" : ""
      reasons.append("\(label) failed in \(id)\(more)")
    }
    return Validity(reasons.isEmpty ? .valid : .invalid, reasons: reasons)
  }
}
