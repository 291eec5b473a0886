import Machine
import Quantities
import Results

extension Page {
  mutating func machine(_ record: RunRecord) {
    heading("Machine")
    for (name, value) in record.machine.lines {
      paragraph(value, label: name + String(repeating: " ", count: 14 - name.count))
    }
    if let device = record.device { paragraph(device.text, label: "Device        ") }
    blank()
    paragraph("Disturbances")
    if record.machine.disturbances.isEmpty { paragraph("none found", indent: 2) }
    for line in record.machine.disturbances { paragraph(Inked(line, .warning), label: "! ", indent: 2) }
    surroundings(record)
    blank()
    meters(record)
    peaks(record)
    if record.control(for: "machine")?.group == "machine" {
      blank()
      noiseFloor(record, group: "machine")
    }
  }

  private mutating func peaks(_ record: RunRecord) {
    guard !record.peaks.isEmpty else { return paragraph("Measured peaks: none in this run") }
    var notes = Footnotes()
    var last = ""
    let rows = record.peaks.map { peak -> [TextTable.Cell] in
      defer { last = peak.name }
      let subject = "\(peak.name) with \(NumberText.count(peak.threads, "thread"))"
      if let reason = peak.figure.reason { notes.add(reason, for: subject) }
      return [[Inked(peak.name == last ? "" : peak.label)], [Inked("\(peak.threads)")]] + peak.cells
    }
    table(
      TextTable(
        [
          .init("Measured peaks", side: .left), .init("threads"), .init("peak"), .init("median within"),
          .init("confidence"),
        ], rows: rows))
    footnotes(notes)
  }
}

extension PeakRecord {
  var label: String {
    switch name {
    case "fma": "arithmetic (fma)"
    case "read": "memory (read)"
    default: name
    }
  }

  /// Fastest tenth, interval of the median, its confidence.
  var cells: [TextTable.Cell] {
    guard let figure = figure.value else { return Array(repeating: [Inked(NumberText.none)], count: 3) }
    func giga(_ value: Double) -> String { Format.significant(value / 1e9, 4) }
    return [
      [Inked("\(giga(figure.value)) G\(unit)")], [Inked("\(giga(figure.low)) – \(giga(figure.high))")],
      [Inked(NumberText.percent(figure.confidence))],
    ]
  }
}

extension MachineFacts {
  /// Name and value, one fact or a few of a kind.
  var lines: [(name: String, value: String)] {
    // Only boards tell what they are in the device tree; a PC has none.
    let isPC = board.value == nil && architecture == "x86_64"
    return [("CPU", "\(cpuModel.orReason) · \(architecture)")] + (isPC ? [] : [("Board", board.orReason)]) + [
      ("Cores", cores), ("ISA levels", isaLevels.map(\.rawValue).joined(separator: ", ")),
      ("Caches", caches.isEmpty ? NumberText.none : caches.map(\.text).joined(separator: " · ")),
      ("Memory", memory), ("Governor", governor.orReason), ("Clock", clock), ("Virtualised", virtualised),
      ("Load", load), ("System", "\(operatingSystem.orReason) · kernel \(kernel.orReason)"),
    ]
  }

  private var cores: String {
    let quota = cpuQuota.value.map { " · CPU quota \(Format.fixed($0, 2)) cores" } ?? ""
    // Both come from the same files, so that one reason is enough.
    let physical = physicalCores.combined(with: threadsPerCore) { "\($0), threads per core \($1)" }
    return "\(usableCores) usable of \(onlineCores) online · physical \(physical.orReason)\(quota)"
  }
  private var memory: String {
    let (total, available) = (memoryTotal.map(Format.binary), memoryAvailable.map(Format.binary))
    return "\(total.orReason) · available \(available.orReason) · huge pages \(hugepages.orReason)"
  }
  private var clock: String {
    let maximum = maximumFrequency.map { "\(Format.significant($0 / 1e9)) GHz" }
    let boost = turbo.map { $0 ? "on" : "off" }
    let heat = temperature.map { "\(Format.fixed($0, 0)) °C" }
    if [maximum, boost, heat].allSatisfy({ $0.value == nil }) {
      return "maximum – · turbo – · temperature – (not readable here)"
    }
    return "maximum \(maximum.orReason) · turbo \(boost.orReason) · temperature \(heat.orReason)"
  }
  private var virtualised: String {
    hypervisor.map { isVirtual == true ? "yes, \($0)" : "no" }.orReason
  }
  private var load: String {
    let steal = stealShare.map { "\(Format.fixed($0 * 100, 1)) %" }
    return "\(loadAverage.map { Format.fixed($0, 2) }.orReason) · taken by the hypervisor \(steal.orReason)"
  }
}

extension DeviceRecord {
  /// `NVIDIA H100 80GB HBM3 · 79.6 GiB · driver 580.1 · limit 700 W · PyTorch 2.11.0 · CUDA graph`.
  fileprivate var text: String {
    let limit = powerLimit.map { "\(Format.significant($0.value)) W" }
    let driver = driver.value.map { "driver \($0.printable)" }
    return
      ([
        name.printable, memory.value.map(Format.binary), driver, limit.value.map { "limit \($0)" },
        software.printable, execution.printable,
      ] as [String?]).compactMap(\.self).joined(separator: " · ")
  }
}

extension CacheFact {
  /// `L1d 32 KiB`, `L3 32 MiB for 8 CPUs`.
  fileprivate var text: String {
    let kind =
      switch kind {
      case .data: "d"
      case .instruction: "i"
      case .unified: ""
      }
    let sharing = sharedByCores > 1 ? " for \(sharedByCores) CPUs" : ""
    return "L\(level)\(kind) \(Format.binary(size))\(sharing)"
  }
}

extension Reading<String> {
  /// The value, or a dash with the reason.
  fileprivate var orReason: String {
    switch self {
    case .measured(let value): value
    case .missing(let reason): "\(NumberText.none) (\(reason))"
    }
  }
}
