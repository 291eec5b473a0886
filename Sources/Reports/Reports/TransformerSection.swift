import Quantities
import Results

extension Page {
  mutating func transformer(_ record: RunRecord) {
    heading("Transformer · \(record.protocolUsed.threadCount)")
    guard !record.models.isEmpty else { return paragraph("none in this run") }
    let floor = record.control(for: "model")?.floor
    for model in record.models {
      var rows = ModelRows(model, cases: record.cases, floor: floor)
      paragraph(model.summary)
      paragraph(model.shape, indent: 2)
      blank()
      for table in rows.tables(width: style.width) {
        self.table(table)
        blank()
      }
      footnotes(rows.notes)
      for (phase, text) in rows.conditions {
        paragraph(text, label: phase == .prefill ? "prefill  " : "decode   ")
      }
      if let heap = rows.heap { paragraph(heap, label: "heap     ") }
      blank()
    }
    unsteady(record.cases.filter { $0.group == "model" })
    noiseFloor(record, group: "model")
    remarks(record)
    sustained(record, groups: ["model"])
    counts(record, groups: ["model"])
  }

  private mutating func remarks(_ record: RunRecord) {
    if record.device == nil, record.models.contains(where: \.usesBLAS) {
      paragraph(
        "openblas and other BLAS libraries do the matrix products; norms, RoPE, softmax, SwiGLU and attention "
          + "are simd's.")
    }
    paragraph(
      "± half of the 95 % interval; ~ rests on fewer than six samples or is wider than ±5 % · of ceiling: "
        + "share of what the measured peaks allow · vs scalar: speed-up over the backend scalar, median over "
        + "common rounds · first token: median time of the prefill")
  }
}

extension ModelRecord {
  /// Whether a backend is neither the scalar reference nor a SIMD build.
  fileprivate var usesBLAS: Bool {
    backends.contains { $0.backend.isLibrary }
  }
  fileprivate var summary: String {
    "\(name) · \(source == .synthetic ? "synthetic weights" : "weights from a file"), \(Format.si(weights))"
  }
  fileprivate var shape: String {
    config.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " · ")
  }
}

/// The table of one model, and what is said below it.
private struct ModelRows {
  let backends: [(prefill: PhaseRun, decode: PhaseRun)]
  private(set) var notes = Footnotes()

  init(_ model: ModelRecord, cases: [CaseRecord], floor: Double?) {
    backends = model.backends.map {
      (
        PhaseRun($0, .prefill, cases: cases, floor: floor),
        PhaseRun($0, .decode, cases: cases, floor: floor)
      )
    }
  }

  /// One table, or one for each phase where they do not fit side by side.
  mutating func tables(width: Int) -> [TextTable] {
    var names: [[TextTable.Cell]] = []
    var prefill: [[TextTable.Cell]] = []
    var decode: [[TextTable.Cell]] = []
    for backend in backends {
      names.append([[Inked(backend.prefill.backend.printable.cut(to: 18))]])
      prefill.append([[Inked(firstToken(backend.prefill))]] + cells(backend.prefill))
      decode.append(cells(backend.decode))
    }
    let name = [TextTable.Column("backend", side: .left)]
    let first = [TextTable.Column("first", "token")] + Self.columns(.prefill)
    func join(_ parts: [[[TextTable.Cell]]]) -> [[TextTable.Cell]] {
      names.indices.map { row in names[row] + parts.flatMap { $0[row] } }
    }
    let whole = TextTable(name + first + Self.columns(.decode), rows: join([prefill, decode]))
    guard whole.naturalWidth > width else { return [whole] }
    return [
      TextTable(name + first, rows: join([prefill])),
      TextTable(name + Self.columns(.decode), rows: join([decode])),
    ]
  }

  private static func columns(_ phase: Phase) -> [TextTable.Column] {
    [.init(phase.rawValue, "tok/s"), .init("", "±"), .init("of", "ceiling"), .init("vs", "scalar")]
  }

  /// Speed, interval, share of the ceiling, gain.
  private mutating func cells(_ run: PhaseRun) -> [TextTable.Cell] {
    let none = [Inked(NumberText.none)]
    switch run.outcome {
    case .failed(let reason):
      notes.add(reason, for: run.subject, .bad)
      return [[Inked("FAILED", .bad)], none, none, none]
    case .missing(let reason):
      notes.add(reason, for: run.subject)
      return [none, none, none, none]
    case .timed(let time):
      if let reason = run.share.reason { notes.add("no share of the ceiling: \(reason)", for: run.subject) }
      let speed = run.speed(time).map { time.rough(Format.significant($0.value)) } ?? NumberText.none
      return [
        [Inked(speed, run.isBest ? .good : .plain)], [Inked(NumberText.spread(time))],
        [Inked(NumberText.percent(run.share.value))], [Inked(NumberText.ratio(run.gainOverScalar))],
      ]
    }
  }

  private func firstToken(_ run: PhaseRun) -> String {
    if case .timed(let time) = run.outcome { time.rough(Format.si(time.median)) } else { NumberText.none }
  }

  /// `allocations per decoded token: scalar 0, simd:avx2 0`; nil where nobody counted.
  var heap: String? {
    let counts = backends.map(\.decode).compactMap { run in
      run.allocations.map { "\(run.backend) \($0.value.map { Format.significant($0) } ?? NumberText.none)" }
    }
    return counts.isEmpty ? nil : "allocations per decoded token: \(counts.joined(separator: ", "))"
  }

  /// For each phase what was run and which ceiling holds, once for backends that share it.
  var conditions: [(phase: Phase, text: String)] {
    let runs = backends.map(\.prefill) + backends.map(\.decode)
    var seen: Set<String> = []
    return runs.map { run in
      (run.phase, [run.work, run.roofline.value?.text].compactMap(\.self).joined(separator: " · "))
    }.filter { !$0.1.isEmpty && seen.insert($0.0.rawValue + $0.1).inserted }
  }
}

extension RooflineRecord {
  fileprivate var text: String {
    let limit = boundBy == .compute ? "arithmetic" : "memory"
    let speed = Format.significant(ceiling.value)
    let work = "\(Format.si(flopsPerToken)) and \(Format.si(bytesPerToken)) per token"
    return "ceiling \(speed) tok/s, set by \(limit) (\(work))"
  }
}
