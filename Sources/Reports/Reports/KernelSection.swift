import Measurement
import Quantities
import Results

/// What limits a kernel, and so in which unit its speed is told.
enum KernelLimit: CaseIterable {
  case arithmetic, memory, unknown

  /// Operations per byte from which on arithmetic limits a kernel on the machines that this is for.
  static let threshold = 8.0

  init(_ work: Work) {
    switch (work.flops, work.bytes) {
    case (let flops?, let bytes?):
      self = flops.value >= Self.threshold * bytes.value ? .arithmetic : .memory
    case (.some, nil): self = .arithmetic
    case (nil, .some): self = .memory
    case (nil, nil): self = .unknown
    }
  }

  var peakName: String? {
    switch self {
    case .arithmetic: "fma"
    case .memory: "read"
    case .unknown: nil
    }
  }

  /// Rate per second in the unit of the peak; nil without such work.
  func rate(_ work: Work, _ time: MedianTime) -> Double? {
    switch self {
    case .arithmetic: work.flops.map { ($0 / time.median).value }
    case .memory: work.bytes.map { ($0 / time.median).value }
    case .unknown: nil
    }
  }
}

extension Page {
  mutating func kernels(_ record: RunRecord) {
    heading("Kernels · \(record.protocolUsed.threadCount)")
    let cases = record.cases.filter { $0.group == "kernel" }
    guard !cases.isEmpty else { return paragraph("none in this run") }
    paragraph(
      "Each field: the rate; below it the share of the measured peak · the time relative to the row's best.")
    for limit in KernelLimit.allCases {
      let block = cases.filter { KernelLimit($0.work) == limit }
      guard !block.isEmpty else { continue }
      let peak = limit.peakName.map(record.peak) ?? .missing(reason: "these cases state no work")
      blank()
      paragraph(title(of: limit, peak, threads: record.protocolUsed.threadCount))
      for table in KernelTable(cases: block, limit: limit, peak: peak.value).parts(width: style.width) {
        blank()
        self.table(table)
      }
    }
    blank()
    let reasons = Self.reasons(cases)
    footnotes(reasons)
    if !reasons.entries.isEmpty { blank() }
    legend()
  }

  private func title(of limit: KernelLimit, _ peak: Reading<Double>, threads: String) -> String {
    let name =
      switch limit {
      case .arithmetic: "Limited by arithmetic (8 FLOP per byte or more), in GFLOP/s"
      case .memory: "Limited by memory (less than 8 FLOP per byte), in GB/s"
      case .unknown: "Others, time per call"
      }
    let unit = limit == .arithmetic ? "GFLOP/s" : "GB/s"
    switch peak {
    case .measured(let value):
      return
        "\(name); 100 % = \(Format.significant(value / 1e9)) \(unit), \(limit.peakName ?? ""), \(threads)"
    case .missing(let reason): return "\(name); no share of the peak: \(reason)"
    }
  }

  private static func reasons(_ cases: [CaseRecord]) -> Footnotes {
    var notes = Footnotes()
    for measured in cases {
      for alternative in measured.alternatives {
        switch alternative.outcome {
        case .timed: break
        case .failed(let why): notes.add(why, for: "\(alternative.label), \(measured.title)", .bad)
        case .missing(let why): notes.add(why, for: alternative.label)
        }
      }
    }
    return notes
  }

  private mutating func legend() {
    let lines = [
      ("1.00×", "the best of the row, in all its tables; 2.00× takes twice as long (median over rounds)"),
      (">100 %", "is real: a working set that stays in cache outruns memory"),
      ("~", "the interval is wider than ±5 %, or rests on fewer than six samples"),
      ("–", "not measured"),
      ("error", "the row's largest deviation from the oracle, in units of its tolerance; above 1 fails"),
    ]
    for (sign, meaning) in lines {
      paragraph(meaning, label: sign + String(repeating: " ", count: 8 - sign.count))
    }
  }
}
