import Measurement
import Quantities
import Results

extension ReportInput {
  /// Kernels by backend and instruction set, and by format of the weights.
  var kernelSection: ReportSection? {
    let blocks = machines.flatMap { machine -> [ReportBlock] in
      let kernels = machine.kernelRun
      let formats = machine.run(withMost: { $0.cases.count { $0.group == FormatGroup.formats.rawValue } })
      let drawn = (kernels?.kernelBlocks(machine) ?? []) + (formats?.formatBlocks(machine) ?? [])
      return drawn.isEmpty || machines.count == 1 ? drawn : [.heading(machine.name)] + drawn
    }
    guard !blocks.isEmpty else { return nil }
    let words =
      "Backends take turns in one run, so that a drift of the machine meets all alike, and each has passed its check "
      + "against the oracle before it is timed. ~ marks figures that are less sure than ±5 %."
    return ReportSection("kernels", "Kernels by backend and instruction set", [.text(words)] + blocks)
  }
}

extension ReportInput.Machine {
  /// The run with most instruction sets, and of those the one with most kernels.
  var kernelRun: ReportInput.Run? {
    run(withMost: { record in
      let kernels = record.cases.filter { $0.group == "kernel" }
      let own = Set(kernels.flatMap(\.alternatives).map(\.label).filter { !$0.isLibrary })
      return kernels.isEmpty ? 0 : own.count * 10_000 + kernels.count
    })
  }
}

extension ReportInput.Run {
  fileprivate func kernelBlocks(_ machine: ReportInput.Machine) -> [ReportBlock] {
    let cases = record.cases.filter { $0.group == "kernel" }
    var blocks = warning
    for intensity in Intensity.allCases {
      let part = cases.filter { Intensity($0.work) == intensity }
      guard !part.isEmpty else { continue }
      let group = KernelGroup(part, intensity, record)
      let name = "kernels.\(intensity == .high ? "arithmetic" : "memory").\(machine.slug)"
      blocks.append(intensity == .unknown ? .table(group.table) : .plot(group.plot(name)))
    }
    if let comparison = LibraryComparison(cases) {
      blocks.append(.text(comparison.title + ":"))
      blocks.append(.texts(comparison.lines.map { "against \($0.against): \($0.figures)" }))
    }
    let reasons = Footnotes(of: cases)
    if !reasons.entries.isEmpty { blocks.append(.list(reasons.lines)) }
    return blocks + [source]
  }

  fileprivate func formatBlocks(_ machine: ReportInput.Machine) -> [ReportBlock] {
    let cases = record.cases.filter { $0.group == FormatGroup.formats.rawValue }
    return warning
      + cases.enumerated().map { index, measured in
        let number = cases.count > 1 ? ".\(index + 1)" : ""
        return .plot(FormatPlot(measured).plot("formats.\(machine.slug)\(number)"))
      } + [source]
  }
}

extension Footnotes {
  /// Each reason once, with what it holds for.
  var lines: [Inked] {
    entries.map { entry in
      let rest = entry.subjects.count - Self.shown
      let subjects = entry.subjects.prefix(Self.shown).joined(separator: "; ")
      return Inked("\(subjects)\(rest > 0 ? " and \(rest) more" : ""): \(entry.reason)", entry.ink)
    }
  }
}

/// Kernels whose speed is told in one unit.
private struct KernelGroup {
  let cases: [CaseRecord]
  let intensity: Intensity
  let peak: Reading<Double>
  let floor: Double?
  let threads: Int
  let backends: [String]

  init(_ cases: [CaseRecord], _ intensity: Intensity, _ record: RunRecord) {
    (self.cases, self.intensity, threads) = (cases, intensity, record.protocolUsed.threads)
    peak = intensity.peakName.map(record.peak) ?? .missing(reason: "these cases state no work")
    floor = record.control(for: "kernel")?.floor
    // Colours are the backend's, in all groups.
    var seen: Set<String> = []
    backends = record.cases.filter { $0.group == "kernel" }.flatMap(\.alternatives).map(\.label)
      .filter { seen.insert($0).inserted }
  }

  private var title: String { intensity.title(peak, threads: NumberText.count(threads, "thread")) }

  func plot(_ name: String) -> Plot {
    let lanes = cases.map { measured in
      let marks = measured.alternatives.compactMap { mark($0, of: measured) }
      let best = marks.max { $0.value < $1.value }
      let share = best.flatMap { mark in peak.value.map { mark.value * 1e9 / $0 } }
      let note = best.map { "\(Format.significant($0.value)) · \(NumberText.percent(share))" }
      return Lanes.Lane(
        label: measured.title, marks: marks, limit: peak.value.map { $0 / 1e9 }, note: note ?? NumberText.none
      )
    }
    let values = lanes.flatMap(\.marks).map(\.value) + (peak.value.map { [$0 / 1e9] } ?? [])
    let content = Lanes(
      axis: PlotAxis(intensity.unit.trimmed, of: values), series: backends, lanes: lanes,
      limitName: peak.value == nil ? nil : "measured peak")
    let few = intensity == .low
    return Plot(
      name: name,
      title: few ? "Kernels that move bytes" : "Kernels that multiply",
      summary: "\(title). At the right: the fastest backend, and its share of the measured peak.",
      content: .lanes(content), data: table)
  }

  private func mark(_ alternative: AlternativeRecord, of measured: CaseRecord) -> Lanes.Mark? {
    guard case .timed(let time) = alternative.outcome, let rate = intensity.rate(measured.work, time),
      rate.isFinite, rate > 0
    else { return nil }
    let ends = [rate * (time.median / time.high), rate * (time.median / time.low)].map { $0 / 1e9 }
    let range = time.hasInterval && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
    return .init(series: backends.firstIndex(of: alternative.label) ?? 0, value: rate / 1e9, range: range)
  }

  var table: DataTable {
    let used = backends.filter { name in cases.contains { $0.alternatives.contains { $0.label == name } } }
    let columns =
      [DataTable.Column.words("kernel")]
      + used.map { .numbers($0, intensity == .unknown ? "s" : "per second") }
      + [.numbers("error", "tolerances")]
    let rows = cases.map { measured -> [DataTable.Cell] in
      let worst = measured.alternatives.compactMap(\.errorInTolerances).max()
      let error = worst.map { DataTable.Cell(NumberText.error($0), $0, $0 <= 1 ? .plain : .bad) }
      return [.init(measured.title)] + used.map { cell(measured, $0) } + [error ?? .none]
    }
    return DataTable(
      "\(title). After each rate its share of the peak; error: the largest deviation from the oracle in units of its "
        + "tolerance.", columns, rows)
  }

  private func cell(_ measured: CaseRecord, _ backend: String) -> DataTable.Cell {
    guard let alternative = measured.alternatives.first(where: { $0.label == backend }) else { return .none }
    switch alternative.outcome {
    case .failed: return .init("FAILED", nil, .bad)
    case .missing: return .none
    case .timed(let time):
      let isBest = alternative.isAmongBest(of: measured.alternatives, floor: floor)
      let rate = intensity.rate(measured.work, time)
      let share = peak.value.flatMap { peak in rate.map { $0 / peak } }
      let text = intensity.rateText(measured.work, time)
      return .init(
        share == nil ? text : "\(text) · \(NumberText.percent(share))", rate ?? time.median.value,
        isBest ? .good : .plain)
    }
  }
}

/// One product with weights in several formats.
private struct FormatPlot {
  let measured: CaseRecord

  init(_ measured: CaseRecord) { self.measured = measured }

  func plot(_ name: String) -> Plot {
    let lanes = measured.alternatives.compactMap { alternative in
      rate(alternative).map { rate, _ in
        let note = gain(alternative)?.text ?? NumberText.none
        return Lanes.Lane(label: alternative.label, marks: [.init(series: 0, value: rate)], note: note)
      }
    }
    let content = Lanes(
      axis: PlotAxis("GFLOP/s", of: lanes.flatMap(\.marks).map(\.value)), series: ["GFLOP/s"], lanes: lanes)
    return Plot(
      name: name, title: "Formats of weights: \(measured.title)",
      summary:
        "A prompt, f32 in and out, quantising included. At the right: the speed as a multiple of f32's.",
      content: .lanes(content),
      data: DataTable("Speed by format of the weights.", Self.columns, measured.alternatives.map(cells)))
  }

  /// GFLOP/s, and the time behind it; nil where none was taken.
  private func rate(_ alternative: AlternativeRecord) -> (Double, MedianTime)? {
    guard case .timed(let time) = alternative.outcome, let flops = measured.work.flops?.value else {
      return nil
    }
    return (flops / time.median.value / 1e9, time)
  }

  /// The speed as a multiple of the same backend's f32.
  private func gain(_ alternative: AlternativeRecord) -> Multiple? {
    measured.alternatives.first { $0.label == alternative.plainLabel }.flatMap {
      Multiple($0, over: alternative)
    }
  }

  private static let columns: [DataTable.Column] = [
    .words("format"), .numbers("GFLOP/s", "GFLOP/s"), .numbers("of f32", "ratio"), .words("interval"),
    .numbers("error", "tolerances"),
  ]

  private func cells(_ alternative: AlternativeRecord) -> [DataTable.Cell] {
    guard let (rate, time) = rate(alternative) else {
      return [.init(alternative.label), .none, .none, .none, .none]
    }
    let (gain, error) = (gain(alternative), alternative.errorInTolerances)
    return [
      .init(alternative.label), .init(time.rough(Format.significant(rate)), rate),
      gain.map { .init($0.text, $0.median) } ?? .none, gain.map { .init($0.range) } ?? .none,
      error.map { .init(NumberText.error($0), $0, $0 <= 1 ? .plain : .bad) } ?? .none,
    ]
  }
}

extension AlternativeRecord {
  /// The same backend with f32.
  fileprivate var plainLabel: String {
    (label.split(separator: " ").dropLast() + ["f32"]).joined(separator: " ")
  }
}

extension String {
  /// Without spaces in front.
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
