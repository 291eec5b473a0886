import Measurement
import Quantities
import Results

/// Operations per byte of memory that a kernel at least touches, and so in which unit its speed is told. What limits
/// it is another matter: with few operations per byte that may be a cache, or arithmetic such as the exponential.
enum Intensity: CaseIterable {
  case high, low, unknown

  /// Operations per byte from which on memory does not limit a kernel on the machines that this is for.
  static let threshold = 8.0

  init(_ work: Work) {
    switch (work.flops, work.bytes) {
    case (let flops?, let bytes?):
      self = flops.value >= Self.threshold * bytes.value ? .high : .low
    case (.some, nil): self = .high
    case (nil, .some): self = .low
    case (nil, nil): self = .unknown
    }
  }

  var peakName: String? {
    switch self {
    case .high: "fma"
    case .low: "read"
    case .unknown: nil
    }
  }

  /// Rate per second in the unit of the peak; nil without such work.
  func rate(_ work: Work, _ time: MedianTime) -> Double? {
    switch self {
    case .high: work.flops.map { ($0 / time.median).value }
    case .low: work.bytes.map { ($0 / time.median).value }
    case .unknown: nil
    }
  }
}

extension Page {
  mutating func kernels(_ record: RunRecord) {
    let kernels = record.cases.filter { $0.group == "kernel" }
    let lines = record.cases.filter { ["sweep", "threads"].contains($0.group) }
    let hasFormats = !record.formatCases.isEmpty
    defer {
      sustained(record, groups: RunRecord.kernelGroups)
      counts(record, groups: RunRecord.kernelGroups)
    }
    if !(kernels + lines).isEmpty || !hasFormats {
      heading("Kernels · \(record.protocolUsed.threadCount)")
      sideBySide(kernels, lines, record)
    }
    guard hasFormats else { return }
    if !(kernels + lines).isEmpty { blank() }
    formats(record)
    if (kernels + lines).isEmpty, record.controls != nil {
      blank()
      noiseFloor(record, group: "formats")
    }
  }

  /// Backends side by side.
  private mutating func sideBySide(_ kernels: [CaseRecord], _ lines: [CaseRecord], _ record: RunRecord) {
    guard !(kernels + lines).isEmpty else { return paragraph("none in this run") }
    if !kernels.isEmpty { tables(of: kernels, record) }
    if let comparison = LibraryComparison(kernels) { libraries(comparison) }
    for line in lines { paragraph(line.summary) }
    if !lines.isEmpty { blank() }
    let reasons = Footnotes(of: kernels + lines)
    footnotes(reasons)
    if !reasons.entries.isEmpty { blank() }
    unsteady(kernels)
    noiseFloor(record, group: "kernel", explainsTable: true)
    legend()
  }

  private mutating func libraries(_ comparison: LibraryComparison) {
    paragraph(comparison.title)
    for (against, figures) in comparison.lines { paragraph("against \(against): \(figures)", indent: 2) }
    blank()
  }

  private mutating func tables(of cases: [CaseRecord], _ record: RunRecord) {
    paragraph(
      "Each field: the rate; below it the share of the measured peak · the time relative to the row's best.")
    for intensity in Intensity.allCases {
      let block = cases.filter { Intensity($0.work) == intensity }
      guard !block.isEmpty else { continue }
      let peak = intensity.peakName.map(record.peak) ?? .missing(reason: "these cases state no work")
      blank()
      paragraph(intensity.title(peak, threads: NumberText.count(record.protocolUsed.threads, "thread")))
      let whole = KernelTable(
        cases: block, intensity: intensity, peak: peak.value, floor: record.control(for: "kernel")?.floor)
      for table in whole.parts(width: style.width) {
        blank()
        self.table(table)
      }
    }
    blank()
  }

  private mutating func legend() {
    let lines = [
      ("1.00×", "the best of the row, in all its tables; 2.00× takes twice as long (median over rounds)"),
      (">100 %", "is real: a cache is faster than memory, and AMX than multiply-adds"),
      ("~", "the interval is wider than ±5 %, or rests on fewer than six samples"),
      ("–", "not measured"),
      ("error", "the row's largest deviation from the oracle, in units of its tolerance; above 1 fails"),
    ]
    for (sign, meaning) in lines {
      paragraph(meaning, label: sign + String(repeating: " ", count: 8 - sign.count))
    }
  }
}

extension Intensity {
  func title(_ peak: Reading<Double>, threads: String) -> String {
    let name =
      switch self {
      case .high:
        "Many operations per byte (\(Format.fixed(Self.threshold, 0)) FLOP per byte or more), in GFLOP/s"
      case .low: "Few operations per byte, in GB/s"
      case .unknown: "Others, time per call"
      }
    switch peak {
    case .missing(let reason): return "\(name); no share of the peak: \(reason)"
    case .measured(let value):
      let giga = Format.significant(value / 1e9)
      let whole = self == .high ? "\(giga) GFLOP/s, fma" : "reading from memory, \(giga) GB/s"
      return "\(name); 100 % = \(whole), \(threads)"
    }
  }

  /// Of a rate that `rateText` prints.
  var unit: String {
    switch self {
    case .high: " GFLOP/s"
    case .low: " GB/s"
    case .unknown: ""
    }
  }

  /// `~1.56`: billions per second, or the time with its unit where no work is stated.
  func rateText(_ work: Work, _ time: MedianTime) -> String {
    time.rough(rate(work, time).map { Format.significant($0 / 1e9) } ?? Format.si(time.median))
  }
}

extension RunRecord {
  /// Groups whose cases the kernels' section shows.
  static let kernelGroups = Set(["kernel", "threads"] + FormatGroup.allCases.map(\.rawValue))
}

extension CaseRecord {
  /// `OpenBLAS core types on GEMM 512×512×512: openblas 161, openblas:Zen –, openblas:Haswell 160 GFLOP/s`,
  /// `Fork-join, 2 threads: 310 ns`.
  fileprivate var summary: String {
    let intensity = Intensity(work)
    let figures = alternatives.map { alternative in
      let label = alternatives.count > 1 ? "\(alternative.label) " : ""
      return switch alternative.outcome {
      case .timed(let time): label + intensity.rateText(work, time)
      case .failed: label + "FAILED"
      case .missing: label + NumberText.none
      }
    }
    return "\(title): \(figures.joined(separator: ", "))\(intensity.unit)"
  }
}
